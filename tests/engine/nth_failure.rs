//! Every storage operation fails: the first, the second, … the last of each story; once and for
//! good; with every error that a store knows; and, worst of all, the connection breaks after the
//! store has taken the write. A naive system is sound for the failure that its author thought of.
//! It takes a failed reading for an empty store, forgets the edit whose write failed, or builds the
//! next delta on a record that was never stored. Here, after every step of every run, a new tab
//! finds what was reported stored; nothing that was discarded comes back; and once the stores work
//! again every request is answered and the newest content is stored, without anybody's doing.
//! Where there is a server, every request fails as well, in every way that has been seen of one.

mod loops;
mod online;
mod promise;
mod requests;
mod with_server;
mod witness;
mod world;

use crate::disk::DEVICE;
use keepfast::engine::StoreError;
use keepfast::replica::Edit;
use loops::{LADDERS, Story, play, play_on};
use world::World;

const ONE: &str = "writer-one-001";
const TWO: &str = "writer-two-002";
const THREE: &str = "writer-three-3";

fn nothing(_: &mut World) {}

/// `a` is saved as revision 1, and no draft of it is left.
fn a_saved(world: &mut World) {
    world.open_tab(ONE);
    world.create("a", r#"{"list":[1,2,3],"text":""}"#);
    world.wait(2_000);
    world.saved("a", 1);
    world.wait(5_000);
}

/// `a` is saved, and a writer that died left a draft of it.
fn a_saved_with_a_draft(world: &mut World) {
    a_saved(world);
    world.put("a", "/text", r#""draft""#);
    world.wait(2_000);
}

/// A writer that died left a draft of `a`, which was never saved.
fn a_draft(world: &mut World) {
    world.open_tab(ONE);
    world.create("a", r#"{"list":[1,2,3],"text":""}"#);
    world.wait(2_000);
    world.put("a", "/text", r#""draft""#);
    world.wait(2_000);
}

/// Some edits with pauses, so that leading, debounced and sealing writes follow one another.
fn type_into(world: &mut World, name: &str) {
    for key in 1..=3_u32 {
        world.put(name, "/text", &format!("\"{key}\""));
        world.wait(if key == 1 { 50 } else { 400 });
    }
}

#[test]
fn a_new_document_is_edited() {
    play(&Story {
        before: nothing,
        then: |world| {
            world.open_tab(ONE);
            world.create("a", r#"{"text":""}"#);
            type_into(world, "a");
        },
    });
}

#[test]
fn a_saved_document_is_loaded_and_edited() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            type_into(world, "a");
        },
    });
}

#[test]
fn edits_outgrow_the_checkpoint() {
    play(&Story {
        before: nothing,
        then: |world| {
            world.open_tab(ONE);
            // To look after every step would take longer than all the other stories together.
            world.is_watched = false;
            world.create("a", r#"{"text":""}"#);
            for letter in ["a", "b", "c"] {
                world.put("a", "/text", &format!("\"{}\"", letter.repeat(36_000)));
                world.wait(300);
            }
            world.put("a", "/text", r#""small""#);
            world.wait(300);
        },
    });
}

#[test]
fn an_edit_is_taken_back_to_the_base() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""other""#);
            world.wait(1_500);
            world.put("a", "/text", r#""""#);
            world.wait(1_500);
            world.put("a", "/text", r#""again""#);
            world.wait(1_500);
        },
    });
}

#[test]
fn an_edit_is_saved_and_another_follows() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""to be saved""#);
            world.wait(500);
            world.saved("a", 2);
            world.wait(2_000);
            world.put("a", "/text", r#""after""#);
            world.wait(500);
        },
    });
}

#[test]
fn an_edit_is_made_while_the_one_before_is_being_saved() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""sent""#);
            world.wait(500);
            world.put("a", "/text", r#""newer""#);
            world.base("a", true, 2, r#"{"list":[1,2,3],"text":"sent"}"#);
            world.wait(2_000);
            world.saved("a", 3);
            world.wait(2_000);
        },
    });
}

#[test]
fn a_document_is_renamed_and_described() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.rename("a", "Other");
            world.wait(300);
            world.describe("a", Some("What it is"));
            world.wait(300);
            world.describe("a", None);
            world.rename("a", "Plan");
            world.wait(1_000);
        },
    });
}

#[test]
fn the_page_is_hidden_with_edits_and_shown_again() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.put("a", "/text", r#""2""#);
            world.hide();
            world.hide();
            world.show();
            world.put("a", "/text", r#""3""#);
            world.wait(1_000);
        },
    });
}

#[test]
fn the_page_is_hidden_while_a_write_is_under_way() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.here().tab.hold();
            world.put("a", "/text", r#""1""#);
            world.put("a", "/text", r#""2""#);
            world.hide();
            world.put("a", "/text", r#""3""#);
            world.hide();
            world.here().tab.release();
            world.show();
            world.wait(1_000);
        },
    });
}

#[test]
fn a_document_is_closed_with_an_edit_and_loaded_again() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.put("a", "/text", r#""2""#);
            world.close("a");
            world.wait(1_500);
            world.open_tab(THREE);
            world.list();
        },
    });
}

#[test]
fn a_new_document_is_closed_while_a_write_is_under_way() {
    play(&Story {
        before: nothing,
        then: |world| {
            world.open_tab(ONE);
            world.create("a", r#"{"text":""}"#);
            world.wait(500);
            world.here().tab.hold();
            world.put("a", "/text", r#""1""#);
            world.put("a", "/text", r#""2""#);
            world.close("a");
            world.here().tab.release();
            world.look();
            world.wait(1_500);
        },
    });
}

#[test]
fn an_edit_of_a_saved_document_is_discarded() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""dropped""#);
            world.wait(500);
            world.discard("a");
            world.wait(500);
            world.put("a", "/text", r#""kept""#);
            world.wait(500);
        },
    });
}

#[test]
fn a_document_that_was_never_saved_is_discarded() {
    play(&Story {
        before: nothing,
        then: |world| {
            world.open_tab(ONE);
            world.create("a", r#"{"text":""}"#);
            type_into(world, "a");
            world.discard("a");
            world.wait(500);
        },
    });
}

#[test]
fn a_draft_whose_base_was_evicted_is_discarded() {
    let with_a_lesser_store = &LADDERS[..1];
    play_on(
        with_a_lesser_store,
        &Story {
            before: |world| {
                // The base stays behind in the store that is full, and is evicted there.
                a_saved(world);
                world.disk.refuse(DEVICE, Some(StoreError::Quota));
                world.put("a", "/text", r#""draft""#);
                world.wait(500);
                world.disk.evict(DEVICE);
                world.disk.refuse(DEVICE, None);
            },
            then: |world| {
                world.open_tab(TWO);
                world.load("a");
                world.wait(1_000);
                world.without_base("a");
                world.discard("a");
                world.wait(500);
            },
        },
    );
}

#[test]
fn the_draft_of_a_dead_writer_is_loaded_and_edited() {
    play(&Story {
        before: a_saved_with_a_draft,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.wait(500);
            type_into(world, "a");
            world.wait(2_000);
        },
    });
}

#[test]
fn a_draft_that_was_never_saved_is_recovered_from_the_list() {
    play(&Story {
        before: a_draft,
        then: |world| {
            world.open_tab(TWO);
            world.list();
            world.recover("a", ONE);
            world.put("a", "/text", r#""on""#);
            world.wait(2_000);
        },
    });
}

#[test]
fn the_draft_of_a_dead_writer_is_discarded() {
    play(&Story {
        before: a_saved_with_a_draft,
        then: |world| {
            world.open_tab(TWO);
            world.discard_draft("a", ONE);
            world.wait(500);
            world.list();
            world.load("a");
        },
    });
}

#[test]
fn the_draft_of_an_older_version_is_migrated_edited_and_saved() {
    play(&Story {
        before: a_saved_with_a_draft,
        then: |world| {
            world.version = 2;
            world.open_tab(TWO);
            world.load("a");
            world.wait(500);
            world.put("a", "/text", r#""new""#);
            world.wait(500);
            world.saved("a", 2);
            world.wait(1_000);
        },
    });
}

#[test]
fn drafts_come_back_from_a_lesser_store() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.wait(300);
            world.disk.refuse(DEVICE, Some(StoreError::Quota));
            world.put("a", "/text", r#""2""#);
            world.wait(300);
            world.put("a", "/text", r#""3""#);
            world.wait(300);
            world.disk.refuse(DEVICE, None);
            world.wait(5_000);
            world.put("a", "/text", r#""4""#);
            world.wait(300);
        },
    });
}

#[test]
fn two_documents_leave_with_the_page() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.create("b", r#"{"text":""}"#);
            world.put("a", "/text", r#""1""#);
            world.put("b", "/text", r#""1""#);
            world.put("a", "/text", r#""2""#);
            world.put("b", "/text", r#""2""#);
            world.hide();
            world.show();
            world.saved("b", 1);
            world.wait(1_000);
        },
    });
}

#[test]
fn drafts_are_listed_and_exported() {
    play(&Story {
        before: a_draft,
        then: |world| {
            world.open_tab(TWO);
            world.list();
            world.export("a", ONE);
            world.load("a");
            world.list();
        },
    });
}

#[test]
fn a_suspended_tab_comes_back_after_another_has_saved_its_draft() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""mine""#);
            world.wait(500);
            world.hide();
            world.disk.set_alive(TWO, false);
            world.open_tab(THREE);
            world.load("a");
            world.wait(500);
            world.saved("a", 2);
            world.wait(500);
            world.disk.set_alive(TWO, true);
            world.go_to(0);
            world.show();
            world.wait(500);
            world.put("a", "/text", r#""mine again""#);
            world.wait(500);
        },
    });
}

#[test]
fn a_base_from_elsewhere_meets_a_clean_and_a_dirty_document() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.base("a", false, 2, r#"{"list":[],"text":"theirs"}"#);
            world.wait(500);
            world.put("a", "/text", r#""mine""#);
            world.wait(500);
            world.base("a", false, 3, r#"{"list":[],"text":"theirs again"}"#);
            world.wait(500);
        },
    });
}

#[test]
fn every_edit_is_flushed() {
    play(&Story {
        before: nothing,
        then: |world| {
            world.open_tab(ONE);
            world.create("a", r#"{"text":""}"#);
            world.flush("a");
            world.put("a", "/text", r#""1""#);
            world.flush("a");
            world.flush("a");
            world.put("a", "/text", r#""2""#);
            world.flush("a");
        },
    });
}

#[test]
fn elements_come_go_and_move_and_a_value_is_mutated_in_place() {
    play(&Story {
        before: a_saved,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.edit("a", Edit::Insert { at: "/list/0".into(), text: b"9".as_slice().into() });
            world.wait(300);
            world.edit("a", Edit::Move { from: "/list/0".into(), to: "/list/3".into() });
            world.edit("a", Edit::Remove { at: "/list/1".into() });
            world.wait(300);
            world.mutate("a", "/text", r#""in place""#);
            world.hide();
            world.wait(300);
        },
    });
}
