package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.conversation.ConversationState.Absent;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A conversation of pure decisions: messages and results go in, what is recorded comes out. */
final class Talks {

  static final ConversationSettings SETTINGS =
      new ConversationSettings(256, 100, 2, 20, Duration.ofMinutes(1), 1 << 20);

  final List<ConversationEvent> events = new ArrayList<>();
  private ConversationState state = new Absent();
  private int messages;

  Talks(OnBusy onBusy) {
    var none = JsonNodeFactory.instance.objectNode();
    record(
        List.of(
            new ConversationEvent.ConversationCreated(
                new ConversationDefinition(
                    "h",
                    "me",
                    "",
                    "",
                    "",
                    "m",
                    false,
                    none,
                    NodeConstraint.ANY,
                    "none",
                    none,
                    onBusy,
                    256,
                    1,
                    List.of()),
                1)));
  }

  Open open() {
    return (Open) state;
  }

  Turns turns() {
    return new Turns("c", speaker -> speaker.model(), SETTINGS, 5);
  }

  void record(List<ConversationEvent> first) {
    List<ConversationEvent> all = turns().after(first, state);
    for (ConversationEvent event : all) {
      state = ConversationFold.apply(state, event);
    }
    events.addAll(all);
  }

  Posting post(String content) {
    messages++;
    return post("m" + messages, content, "none");
  }

  Posting post(String id, String content, String pattern) {
    Posting posting =
        Posting.known(open(), id, content)
            .orElseGet(
                () ->
                    Posting.of(
                        open(),
                        new Posting.Message(
                            id,
                            content,
                            content,
                            pattern,
                            JsonNodeFactory.instance.objectNode(),
                            null),
                        SETTINGS,
                        5));
    record(posting.events());
    return posting;
  }

  void answer(String text) {
    Work work = java.util.Objects.requireNonNull(open().turn()).work();
    result(work, answered(text));
  }

  void result(Work work, CallResult result) {
    record(turns().onResult(open(), work, result));
  }

  static CallResult answered(String text) {
    return new CallResult.Answered(text, 1, 2, 3, "stop", "n1");
  }

  ConversationEvent last() {
    return events.get(events.size() - 1);
  }
}
