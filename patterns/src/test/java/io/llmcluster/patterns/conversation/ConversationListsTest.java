package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.conversation.ConversationFilter.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationListsTest {

  private final ConversationLists lists = new ConversationLists(3);
  private final Talks talk = new Talks(OnBusy.ENQUEUE);

  /** Adds all that has happened so far, again and again. */
  private void add(String id) {
    long number = 0;
    for (ConversationEvent event : talk.events) {
      number++;
      if (ConversationLists.concerns(event)) {
        lists.add(id, number, lists.brief(event));
      }
    }
  }

  private List<String> ids(State state, long changedBefore) {
    return lists.page(new ConversationFilter(state, changedBefore), 0, 10).conversations().stream()
        .map(ConversationSummary::id)
        .toList();
  }

  @Test
  void a_conversation_is_at_work_until_each_of_its_messages_is_over() {
    add("c");
    assertThat(ids(State.IDLE, 9)).containsExactly("c");
    talk.post("one");
    talk.post("two");
    add("c");
    talk.answer("first");
    add("c");
    assertThat(ids(State.RUNNING, 9)).containsExactly("c");
    talk.answer("second");
    add("c");
    ConversationSummary summary = lists.page(ConversationFilter.ALL, 0, 1).conversations().get(0);
    assertThat(summary.running()).isFalse();
    assertThat(summary.messages()).isEqualTo(2);
    assertThat(summary.createdAt()).isEqualTo(1);
    assertThat(summary.changedAt()).isEqualTo(5);
    assertThat(ids(State.ANY, 5)).as("changed later").isEmpty();
  }

  @Test
  void nothing_is_kept_of_an_event_that_no_list_shows() {
    ConversationEvent created = talk.events.get(0);
    assertThat(created.toString()).contains("patternOptions", "requestHash", "window");
    assertThat(lists.brief(created).toString())
        .doesNotContain("patternOptions", "requestHash", "window");
  }

  @Test
  void the_oldest_of_too_many_are_dropped_and_what_is_deleted_has_gone() {
    for (String id : List.of("d", "c", "b", "a")) {
      add(id);
    }
    assertThat(ids(State.ANY, 9)).containsExactly("a", "b", "c");
    lists.add("b", 9, lists.brief(new ConversationEvent.ConversationDeleted(9)));
    lists.removeAll(List.of("c"));
    assertThat(ids(State.ANY, 9)).containsExactly("a");
  }

  @Test
  void what_is_deleted_is_known_until_it_is_erased_also_to_a_list_that_is_begun_anew() {
    add("a");
    lists.add("a", 9, lists.brief(new ConversationEvent.ConversationDeleted(9)));
    assertThat(ids(State.ANY, 99)).isEmpty();
    assertThat(ids(State.DELETED, 9)).as("deleted later").isEmpty();
    assertThat(ids(State.DELETED, 10)).containsExactly("a");
    add("a"); // the store's last events are read again at each list
    lists.add("a", 9, lists.brief(new ConversationEvent.ConversationDeleted(9)));
    assertThat(ids(State.ANY, 99)).isEmpty();
    assertThat(ids(State.DELETED, 10)).containsExactly("a");
    lists.removeAll(List.of("a"));
    assertThat(ids(State.DELETED, 10)).isEmpty();
  }
}
