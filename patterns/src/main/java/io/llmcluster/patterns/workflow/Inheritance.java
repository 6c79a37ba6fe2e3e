package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.request.RequestHash;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a fork takes over of its parent's record. The program is played over it with the fork's
 * request: a completed step stays as long as the program asks for the same again, of the same model
 * with the same prompt and options, about the same conversation. So a parameter that is changed
 * forgets the steps that depend on it, and with them all that rests on those; they are made again.
 * What a person said counts for the proposal that they saw, and for no other. What only says where,
 * how long or how often a step is tried forgets nothing.
 */
final class Inheritance {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Inheritance() {}

  /**
   * @param fromEnd whether the parent has ended: then decisions are taken anew, since they are what
   *     the fork wants different
   */
  static Run of(Run parent, ObjectNode prepared, Pattern pattern, boolean fromEnd) {
    if (!sameConversation(parent.request(), prepared)) {
      return Run.of(prepared);
    }
    Replay before = Replay.asItWas(parent, pattern);
    Run told = withDecisions(parent, before.run());
    return Replay.of(
            parent,
            prepared,
            pattern,
            (step, wanted, run) -> serves(step, told, wanted, run),
            before::asked)
        .run()
        .keeping(
            step -> true,
            decision ->
                !fromEnd && parent.decision(decision.id()).filter(decision::equals).isPresent());
  }

  private static boolean sameConversation(ObjectNode one, ObjectNode other) {
    return one.path("prompt").equals(other.path("prompt"))
        && one.path("messages").equals(other.path("messages"));
  }

  /** A fork of which nothing has happened yet has steps, but not the decisions before them. */
  private static Run withDecisions(Run parent, Run replayed) {
    Run all = parent;
    for (Decision decision : replayed.decisions().values()) {
      all = all.decision(decision.id()).isPresent() ? all : all.with(decision);
    }
    return all;
  }

  private static boolean serves(StepRecord step, Run parent, StepSpec wanted, Run fork) {
    return step.is(Status.COMPLETED)
        && asksTheSame(step.spec(), wanted)
        && tellsTheSame(step.spec().prompt(), parent, wanted.prompt(), fork);
  }

  private static boolean asksTheSame(StepSpec one, StepSpec other) {
    return one.model().equals(other.model())
        && one.external() == other.external()
        && java.util.Objects.equals(one.schema(), other.schema())
        && sameOptions(one, other);
  }

  /** By what the model is told: the same reference may mean another text by now. */
  static boolean tellsTheSame(Prompt one, Run parent, Prompt other, Run fork) {
    try {
      return Prompts.render(one, parent).equals(Prompts.render(other, fork));
    } catch (RuntimeException unwritable) { // nobody knows what was told
      return false;
    }
  }

  /** A number that was stored may come back as another type. */
  private static boolean sameOptions(StepSpec one, StepSpec other) {
    return hash(one.options()).equals(hash(other.options()));
  }

  private static String hash(Map<String, Object> options) {
    return RequestHash.of(JSON.valueToTree(new LinkedHashMap<>(options)));
  }
}
