package io.llmcluster.patterns.workflow;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.workflow.WorkflowState.Absent;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;

/** States and events of small patterns, for the pure tests. */
final class Runs {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private Runs() {}

  static Pattern pattern(String name) {
    return SmallPattern.ALL.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Begun at 1000. */
  static Live live(String name, String request) {
    return live(pattern(name), request);
  }

  static Live live(Pattern pattern, String request) {
    return (Live) Fold.apply(new Absent(), created(pattern, request));
  }

  static WorkflowEvent created(Pattern pattern, String request) {
    var prepared = pattern.prepare(Simulation.object(request), Simulation.cast("m"));
    Budget budget = io.llmcluster.patterns.request.CommonRequest.budget(prepared);
    return new WorkflowEvent.WorkflowCreated(
        new Definition(
            pattern.name(), 1, "h", "r", "me", new Estimate(1, 1, 1), budget, 1000, "", 0, null),
        prepared,
        1000);
  }

  /** At 4000. */
  static WorkflowEvent completed(String step, int attempt, String text) {
    return new WorkflowEvent.StepCompleted(step, attempt, text, 10, 20, 5, "stop", "n", 4000);
  }

  static Live after(Live live, WorkflowEvent... events) {
    return (Live) folded(live, List.of(events));
  }

  static WorkflowState folded(WorkflowState state, List<WorkflowEvent> events) {
    WorkflowState now = state;
    for (WorkflowEvent event : events) {
      now = Fold.apply(now, event);
    }
    return now;
  }

  /** As the interpreter goes on from an event. */
  static WorkflowState advanced(WorkflowState state, Pattern pattern, WorkflowEvent... events) {
    return folded(state, Advance.after(List.of(events), state, pattern, 5000));
  }

  /** To whom answers are told that nobody waits for. */
  static ActorRef<WorkflowReply> nobody() {
    return KIT.system().ignoreRef();
  }

  /** A vote of three that has ended with {@code y}. */
  static Ended vote() {
    Pattern vote = pattern("vote");
    WorkflowState state = advanced(new Absent(), vote, created(vote, "{'prompt':'q'}"));
    state = advanced(state, vote, completed("v1", 1, "x"));
    state = advanced(state, vote, completed("v2", 1, "y"));
    state = advanced(state, vote, completed("v3", 1, "y"));
    return (Ended) advanced(state, vote, completed("z", 1, "sure"));
  }
}
