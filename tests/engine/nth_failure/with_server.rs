//! Stories with a server. Every request of each fails in every way there is, and so does every
//! storage operation. A naive client is sound for a server that answers. It takes a timeout for a
//! refusal and saves twice, takes somebody else's page for a confirmation, gives up what an
//! overloaded server has refused, or overwrites what another device saved while it was away.

use super::loops::Story;
use super::requests::play_online;
use super::world::World;
use super::{ONE, THREE, TWO, nothing, type_into};
use keepfast::engine::{Choice, Preset};

/// `a` is saved on the server as revision 1, and no draft of it is left.
fn a_on_server(world: &mut World) {
    world.open_tab(ONE);
    world.create("a", r#"{"list":[1,2,3],"text":""}"#);
    world.wait(1_000);
    world.save("a");
    world.wait(5_000);
}

/// Another device has saved `a` since, and a writer that died left a draft of it.
fn a_contested(world: &mut World) {
    a_on_server(world);
    world.go_offline();
    world.put("a", "/text", r#""mine""#);
    world.wait(2_000);
    world.put_elsewhere("a", "/text", r#""theirs""#);
}

/// A save of `a` was made without a network, by a tab that died.
fn a_saved_offline(world: &mut World) {
    a_on_server(world);
    world.go_offline();
    world.put("a", "/text", r#""queued""#);
    world.save("a");
    world.wait(2_000);
}

#[test]
fn a_new_document_is_saved() {
    play_online(&Story {
        before: nothing,
        then: |world| {
            world.open_tab(ONE);
            world.create("a", r#"{"text":""}"#);
            world.put("a", "/text", r#""1""#);
            world.save("a");
            world.wait(5_000);
            world.put("a", "/text", r#""2""#);
            world.save("a");
            world.wait(5_000);
        },
    });
}

#[test]
fn an_edit_is_made_while_a_save_is_on_its_way() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""sent""#);
            world.here().tab.hold_requests();
            world.save("a");
            world.put("a", "/text", r#""newer""#);
            world.wait(500);
            world.save("a");
            world.here().tab.release_requests();
            world.look();
            world.wait(5_000);
        },
    });
}

#[test]
fn a_renamed_document_is_saved_with_its_content() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.rename("a", "Other");
            world.put("a", "/text", r#""1""#);
            world.save("a");
            world.wait(3_000);
            world.describe("a", Some("What it is"));
            world.save("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn what_is_saved_offline_is_sent_when_the_network_is_back() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.go_offline();
            world.put("a", "/text", r#""1""#);
            world.save("a");
            world.wait(3_000);
            world.put("a", "/text", r#""2""#);
            world.save("a");
            world.wait(3_000);
            world.go_online();
            world.wait(5_000);
        },
    });
}

#[test]
fn a_save_of_a_dead_tab_is_sent_by_the_next_one() {
    play_online(&Story {
        before: a_saved_offline,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.wait(5_000);
            world.put("a", "/text", r#""more""#);
            world.save("a");
            world.wait(5_000);
        },
    });
}

#[test]
fn a_conflict_is_decided_for_mine() {
    play_online(&Story {
        before: a_contested,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.wait(2_000);
            world.resolve("a", Choice::Mine);
            world.wait(5_000);
        },
    });
}

#[test]
fn a_conflict_is_decided_for_theirs() {
    play_online(&Story {
        before: a_contested,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.wait(2_000);
            world.resolve("a", Choice::Theirs);
            world.wait(5_000);
        },
    });
}

#[test]
fn a_conflict_is_decided_for_what_was_made_of_both() {
    play_online(&Story {
        before: a_contested,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.wait(2_000);
            world.resolve("a", Choice::Content(br#"{"list":[],"text":"both"}"#.to_vec()));
            world.wait(5_000);
        },
    });
}

#[test]
fn a_conflict_turns_up_while_editing() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""mine""#);
            world.put_elsewhere("a", "/text", r#""theirs""#);
            world.save("a");
            world.wait(15_000);
            world.put("a", "/text", r#""mine still""#);
            world.wait(1_000);
            world.resolve("a", Choice::Mine);
            world.wait(5_000);
        },
    });
}

#[test]
fn a_clean_document_follows_the_server() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.wait(3_000);
            world.put_elsewhere("a", "/text", r#""theirs""#);
            world.wait(15_000);
            world.put("a", "/text", r#""on""#);
            world.save("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn a_deleted_document_is_saved_again() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""mine""#);
            world.delete_elsewhere("a");
            world.wait(15_000);
            world.resolve("a", Choice::Mine);
            world.wait(5_000);
        },
    });
}

#[test]
fn the_token_is_renewed_between_two_saves() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.line().expire_token(true);
            world.save("a");
            world.wait(3_000);
            world.line().expire_token(true);
            world.put("a", "/text", r#""2""#);
            world.save("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn nobody_is_signed_in_for_a_while() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.line().expire_token(false);
            world.save("a");
            world.wait(3_000);
            world.line().sign_in();
            world.send(keepfast::engine::Event::SignedIn);
            world.wait(3_000);
        },
    });
}

#[test]
fn a_new_device_loads_from_the_server() {
    play_online(&Story {
        before: |world| {
            a_on_server(world);
            world.disk.evict(crate::disk::DEVICE);
            world.disk.evict(crate::disk::TAB);
        },
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.wait(1_000);
            world.load("a");
            type_into(world, "a");
            world.save("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn a_document_saves_itself() {
    play_online(&Story {
        before: |world| {
            world.preset = Preset::Project;
            a_on_server(world);
        },
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            type_into(world, "a");
            world.wait(4_000);
            world.put("a", "/text", r#""more""#);
            world.wait(4_000);
        },
    });
}

#[test]
fn a_document_is_closed_while_its_save_is_on_its_way() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.here().tab.hold_requests();
            world.save("a");
            world.close("a");
            world.wait(500);
            world.here().tab.release_requests();
            world.look();
            world.wait(3_000);
            world.load("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn a_tab_dies_while_its_save_is_on_its_way() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.wait(500);
            world.here().tab.hold_answers();
            world.save("a");
            world.look();
            world.kill_here();
            world.open_tab(THREE);
            world.wait(2_000);
            world.load("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn the_page_comes_back_and_asks_what_is_new() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.hide();
            world.sync();
            world.wait(3_000);
            world.show();
            world.sync();
            world.save("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn an_edit_is_discarded_while_its_save_is_on_its_way() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""dropped""#);
            world.wait(500);
            world.here().tab.hold_requests();
            world.save("a");
            world.discard("a");
            world.wait(500);
            world.here().tab.release_requests();
            world.look();
            world.wait(15_000);
            world.put("a", "/text", r#""kept""#);
            world.save("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn a_save_that_waits_for_the_network_is_discarded() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.go_offline();
            world.put("a", "/text", r#""dropped""#);
            world.save("a");
            world.wait(1_000);
            world.discard("a");
            world.wait(1_000);
            world.go_online();
            world.wait(5_000);
        },
    });
}

#[test]
fn a_draft_whose_save_waits_is_dropped_from_the_list() {
    play_online(&Story {
        before: a_saved_offline,
        then: |world| {
            world.open_tab(TWO);
            world.go_offline();
            world.discard_draft("a", ONE);
            world.wait(500);
            world.go_online();
            world.wait(5_000);
        },
    });
}

#[test]
fn a_large_document_is_saved_as_a_patch() {
    play_online(&Story {
        before: |world| {
            world.open_tab(ONE);
            world.create("a", &format!(r#"{{"long":"{}","text":""}}"#, "x".repeat(5_000)));
            world.wait(1_000);
            world.save("a");
            world.wait(5_000);
        },
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.put("a", "/text", r#""1""#);
            world.save("a");
            world.wait(3_000);
        },
    });
}

#[test]
fn two_tabs_save_one_document_in_turn() {
    play_online(&Story {
        before: a_on_server,
        then: |world| {
            world.open_tab(TWO);
            world.load("a");
            world.open_tab(THREE);
            world.load("a");
            world.go_to(0);
            world.put("a", "/text", r#""1""#);
            world.save("a");
            world.go_to(1);
            world.wait(12_000);
            world.put("a", "/text", r#""2""#);
            world.save("a");
            world.wait(2_000);
            world.go_to(0);
            world.wait(12_000);
        },
    });
}
