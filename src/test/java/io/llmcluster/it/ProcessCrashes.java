package io.llmcluster.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.ScriptedBackend;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import io.llmcluster.testkit.Workflow;
import io.llmcluster.testkit.Workflow.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Plays a pattern's scripted run on a real member process, which is killed once a certain event was
 * told and started again on the same store. The models' answers come one at a time, each after all
 * that the one before it caused, so that every run is the same.
 */
final class ProcessCrashes implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ScriptedBackend backend =
      ScriptedBackend.start("scripted", asked -> {}, "a", "b", "c");
  private final Supplier<MemberProcess> start;
  private volatile MemberProcess member;

  /**
   * A run's script.
   *
   * @param pattern by name
   * @param request as a client sends it
   * @param answers what the model says in a call
   */
  record Script(String pattern, String request, Function<Asked, String> answers) {}

  /**
   * How one run went.
   *
   * @param killedAfter number of the last event that was told before the kill; 0: not killed
   * @param events of the whole run
   * @param open calls without a result that the next process found
   * @param reissued as the recovery receipt tells it
   * @param calls that reached the model
   * @param toldOnce whether its follower heard every event once
   * @param outcome status, answer, outputs and decisions
   */
  record Played(
      long killedAfter,
      int events,
      int open,
      int reissued,
      int calls,
      boolean toldOnce,
      String outcome) {

    static String heading() {
      return String.format(
          "%-12s %6s %10s %9s %12s  %s%n",
          "pattern", "event", "open calls", "reissued", "extra calls", "outcome");
    }

    String line(String pattern, Played undisturbed) {
      return String.format(
          "%-12s %6d %10d %9d %12d  %s%n",
          pattern,
          killedAfter,
          open,
          reissued,
          calls - undisturbed.calls,
          outcome.equals(undisturbed.outcome) ? "the same" : "ANOTHER");
    }
  }

  /**
   * @param start starts a member on the store of these runs, with these nodes
   */
  ProcessCrashes(Function<String, MemberProcess> start) {
    this.start = () -> start.apply("nodes=[" + backend.node(16) + "]");
    this.member = this.start.get();
  }

  /**
   * Plays a run.
   *
   * @param killAfter number of the event after which the process is killed; 0: never
   */
  Played play(Script script, long killAfter) {
    int before = backend.asked().size();
    Workflow workflow = Workflow.begin(member.gateway(), script.pattern(), script.request());
    CompletableFuture<Void> follower = CompletableFuture.runAsync(() -> follow(workflow));
    long killedAfter = 0;
    while (!workflow.isOver()) {
      if (killAfter > 0 && killedAfter == 0 && last(workflow) >= killAfter) {
        killedAfter = restart(workflow);
      }
      Asked next = next(workflow);
      if (next != null) {
        next.answer(script.answers().apply(next));
        await(workflow, () -> workflow.completedSteps().contains(next.step()));
      }
    }
    follower.join();
    JsonNode view = workflow.view(member.gateway());
    return new Played(
        killedAfter,
        workflow.told().size(),
        lost(workflow),
        view.path("recovery").path("reissued").asInt(),
        backend.asked().size() - before,
        isToldOnce(workflow),
        outcome(view));
  }

  private void follow(Workflow workflow) {
    while (!workflow.isOver()) {
      Awaitility.await().atMost(PATIENCE).until(() -> member.isAlive());
      workflow.follow(member.gateway());
    }
  }

  private long restart(Workflow workflow) {
    member.kill();
    backend.dropOpen();
    long told = last(workflow);
    member = start.get();
    return told;
  }

  private static long last(Workflow workflow) {
    List<Told> told = workflow.told();
    return told.isEmpty() ? 0 : told.get(told.size() - 1).number();
  }

  private static void await(Workflow workflow, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(workflow.id() + " after " + workflow.names())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> condition.call() || workflow.isOver());
  }

  /** The oldest step whose call is open, once its call is there; null if something is written. */
  private @Nullable Asked next(Workflow workflow) {
    int told = workflow.told().size();
    List<Asked> found = new ArrayList<>();
    await(
        workflow,
        () -> {
          found.clear();
          open(workflow.told()).stream()
              .findFirst()
              .ifPresent(step -> found.addAll(calls(workflow, step)));
          return !found.isEmpty() || workflow.told().size() > told;
        });
    return workflow.told().size() > told || found.isEmpty() ? null : found.get(0);
  }

  private List<Asked> calls(Workflow workflow, String step) {
    return backend.asked().stream()
        .filter(Asked::isOpen)
        .filter(one -> one.workflow().equals(workflow.id()) && one.step().equals(step))
        .toList();
  }

  /** Steps that were begun and are not over, in the order in which they were begun. */
  private static Set<String> open(List<Told> told) {
    Set<String> open = new LinkedHashSet<>();
    for (Told event : told) {
      String step = event.data().path("stepId").asText();
      switch (event.name()) {
        case "StepScheduled" -> open.add(step);
        case "StepCompleted", "StepSkipped", "StepFailed" -> open.remove(step);
        default -> {}
      }
    }
    return open;
  }

  /** Calls that the second process found open. */
  private static int lost(Workflow workflow) {
    List<Told> told = workflow.told();
    int recovered = workflow.names().indexOf("Recovered");
    return recovered < 0 ? 0 : open(told.subList(0, recovered)).size();
  }

  private static boolean isToldOnce(Workflow workflow) {
    for (int i = 0; i < workflow.told().size(); i++) {
      if (workflow.told().get(i).number() != i + 1) {
        return false;
      }
    }
    return Set.copyOf(workflow.completedSteps()).size() == workflow.completedSteps().size();
  }

  private static String outcome(JsonNode view) {
    StringBuilder outcome = new StringBuilder();
    outcome.append(view.path("status").asText()).append(' ').append(view.path("answer").asText());
    for (JsonNode step : view.path("steps")) {
      outcome
          .append("\n  ")
          .append(step.path("id").asText())
          .append(": ")
          .append(step.path("status").asText())
          .append(' ')
          .append(step.path("output").asText());
    }
    for (JsonNode decision : view.path("decisions")) {
      ObjectNode told = decision.deepCopy();
      if (told.path("detail") instanceof ObjectNode detail) {
        detail.remove("cost");
      }
      outcome.append("\n  ").append(told);
    }
    return outcome.toString();
  }

  @Override
  public void close() {
    member.close();
    backend.close();
  }
}
