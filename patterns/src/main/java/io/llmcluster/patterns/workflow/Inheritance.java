package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.RequestHash;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a fork takes over of its parent's record. The program is played over it with the fork's
 * request: a completed step stays as long as the program asks for the same again, of the same model
 * with the same prompt and options, about the same conversation. So a parameter that is changed
 * forgets the steps that depend on it, and with them all that rests on those; they are made again.
 * What only says where, how long or how often a step is tried forgets nothing.
 */
final class Inheritance {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A program that wants more goes round in circles. */
  private static final int MOST_TURNS = 10_000;

  private final Run parent;
  private final Pattern pattern;
  private Run run;

  private Inheritance(Run parent, ObjectNode prepared, Pattern pattern) {
    this.parent = parent;
    this.pattern = pattern;
    this.run = Run.of(prepared);
  }

  /**
   * @param fromEnd whether the parent has ended: then decisions are taken anew, since they are what
   *     the fork wants different
   */
  static Run of(Run parent, ObjectNode prepared, Pattern pattern, boolean fromEnd) {
    Inheritance played = new Inheritance(parent, prepared, pattern);
    if (sameConversation(parent.request(), prepared)) {
      played.play();
    }
    return played.run.keeping(step -> true, decision -> !fromEnd && played.isParents(decision));
  }

  private static boolean sameConversation(ObjectNode one, ObjectNode other) {
    return one.path("prompt").equals(other.path("prompt"))
        && one.path("messages").equals(other.path("messages"));
  }

  private boolean isParents(Decision decision) {
    return parent.decision(decision.id()).filter(decision::equals).isPresent();
  }

  private void play() {
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      Plan plan;
      try {
        plan = pattern.next(run);
      } catch (RuntimeException fault) { // the fork will meet it and say so
        return;
      }
      if (plan.end() != null || !follow(plan)) {
        return;
      }
    }
  }

  /** Whether the record has anything of what the program wants. */
  private boolean follow(Plan plan) {
    if (plan.decision() != null && run.decision(plan.decision().id()).isEmpty()) {
      run = run.with(plan.decision());
      return true;
    }
    if (plan.input() != null) {
      String id = plan.input().id();
      Optional<JsonNode> said = parent.input(id).filter(value -> run.input(id).isEmpty());
      said.ifPresent(value -> run = run.with(id, value));
      return said.isPresent();
    }
    boolean any = false;
    for (StepSpec wanted : plan.steps()) {
      Optional<StepRecord> step = run.isOver(wanted.id()) ? Optional.empty() : completed(wanted);
      step.ifPresent(done -> run = run.with(done));
      any |= step.isPresent();
    }
    return any;
  }

  private Optional<StepRecord> completed(StepSpec wanted) {
    return parent
        .step(wanted.id())
        .filter(step -> step.is(Status.COMPLETED) && asksTheSame(step.spec(), wanted));
  }

  private static boolean asksTheSame(StepSpec one, StepSpec other) {
    return one.model().equals(other.model())
        && one.external() == other.external()
        && one.prompt().equals(other.prompt())
        && java.util.Objects.equals(one.schema(), other.schema())
        && sameOptions(one, other);
  }

  /** A number that was stored may come back as another type. */
  private static boolean sameOptions(StepSpec one, StepSpec other) {
    return hash(one.options()).equals(hash(other.options()));
  }

  private static String hash(Map<String, Object> options) {
    return RequestHash.of(JSON.valueToTree(new LinkedHashMap<>(options)));
  }
}
