package io.llmcluster.it;

import io.llmcluster.testkit.Followed.Told;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.ScriptedBackend;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Plays a scripted run, of a pattern or of a conversation, on a real member process, which is
 * killed once a certain event was told and started again on the same store. The models' answers
 * come one at a time, each after all that the one before it caused, so that every run is the same.
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
   * @param name as tables say it
   * @param begin begins it at a gateway
   */
  record Script(String name, Function<Gateway, CrashClient> begin) {}

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

    String line(String name, Played undisturbed) {
      return String.format(
          "%-12s %6d %10d %9d %12d  %s%n",
          name,
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
    CrashClient run = script.begin().apply(member.gateway());
    CompletableFuture<Void> follower = CompletableFuture.runAsync(() -> follow(run));
    long killedAfter = 0;
    while (!run.isOver()) {
      if (killAfter > 0 && killedAfter == 0 && run.followed().last() >= killAfter) {
        killedAfter = restart(run);
      }
      int told = run.followed().told().size();
      Asked next = next(run);
      if (run.followed().told().size() == told && (next != null || run.waits())) {
        CrashClient.Heard done = run.act(member.gateway(), next);
        await(run, done::isTold);
      }
    }
    List<Told> told = List.copyOf(run.followed().told());
    String outcome = run.outcome(member.gateway());
    int reissued = run.reissued(member.gateway());
    run.end(member.gateway());
    follower.join();
    return new Played(
        killedAfter,
        told.size(),
        lost(run, told),
        reissued,
        backend.asked().size() - before,
        isToldOnce(run, told),
        outcome);
  }

  private void follow(CrashClient run) {
    while (!run.isOver()) {
      Awaitility.await().atMost(PATIENCE).until(() -> member.isAlive());
      run.followed().follow(member.gateway());
    }
  }

  private long restart(CrashClient run) {
    member.kill();
    backend.dropOpen();
    long told = run.followed().last();
    member = start.get();
    return told;
  }

  private static void await(CrashClient run, Callable<Boolean> condition) {
    Awaitility.await(run.followed().id() + " after " + run.followed().names())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> condition.call() || run.isOver());
  }

  /** The oldest step's call, once it is there; null if something is written, or a person acts. */
  private @Nullable Asked next(CrashClient run) {
    int told = run.followed().told().size();
    List<Asked> found = new ArrayList<>();
    await(
        run,
        () -> {
          found.clear();
          run.open(run.followed().told()).stream()
              .findFirst()
              .ifPresent(step -> found.addAll(calls(run, step)));
          return !found.isEmpty() || run.waits() || run.followed().told().size() > told;
        });
    return found.isEmpty() ? null : found.get(0);
  }

  private List<Asked> calls(CrashClient run, String step) {
    return backend.asked().stream()
        .filter(Asked::isOpen)
        .filter(one -> one.workflow().equals(run.followed().id()) && one.step().equals(step))
        .toList();
  }

  /** Calls that the second process found open. */
  private static int lost(CrashClient run, List<Told> told) {
    for (int i = 0; i < told.size(); i++) {
      if (run.isRecovery(told.get(i))) {
        return run.open(told.subList(0, i)).size();
      }
    }
    return 0;
  }

  private static boolean isToldOnce(CrashClient run, List<Told> told) {
    for (int i = 0; i < told.size(); i++) {
      if (told.get(i).number() != i + 1) {
        return false;
      }
    }
    return Set.copyOf(run.results()).size() == run.results().size();
  }

  @Override
  public void close() {
    member.close();
    backend.close();
  }
}
