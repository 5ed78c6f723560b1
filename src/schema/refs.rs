//! References (RFC 8927 section 2.2.2) are resolved once, when the schema is compiled: a form that
//! refers to a definition becomes a copy of that definition's form. Knows no text.

use super::form::{Form, Place, Shape};

/// Replaces every reference by the form that it leads to.
///
/// # Errors
/// The place of a reference that leads back to itself: no value would stand in between, so that
/// checking could never end.
pub(crate) fn resolve(forms: &mut [Form]) -> Result<(), Place> {
    let mut endless = None;
    // Each round at least doubles how far along its chain a reference leads.
    for _ in 0..u32::BITS {
        endless = None;
        for i in 0..forms.len() {
            let form = forms[i];
            if let Shape::Ref(next) = form.shape {
                let next = forms[next as usize];
                let nullable = form.nullable || next.nullable;
                let open = is_ref(&next);
                let place = if open { form.place } else { next.place };
                endless = endless.or(open.then_some(place));
                forms[i] = Form { shape: next.shape, nullable, place };
            }
        }
        if endless.is_none() {
            break;
        }
    }
    endless.map_or(Ok(()), Err)
}

fn is_ref(form: &Form) -> bool {
    matches!(form.shape, Shape::Ref(_))
}
