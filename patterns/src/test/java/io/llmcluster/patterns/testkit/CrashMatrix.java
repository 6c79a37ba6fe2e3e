package io.llmcluster.patterns.testkit;

import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.awaitility.Awaitility;

/**
 * Plays one scripted run undisturbed, and then again for each point at which something became
 * durable: there the process is lost, with its actor and its calls, and another one goes on.
 */
public final class CrashMatrix {

  /**
   * One run with a crash.
   *
   * @param point after how many durable writes the process was lost
   * @param open calls that were lost with it
   * @param reissued as the recovery receipt tells it
   * @param extraCalls model calls beyond those of the undisturbed run
   * @param completedTwice what has more than one recorded result
   * @param outcome how it ended, in full
   */
  public record Crash(
      int point,
      int open,
      int reissued,
      int extraCalls,
      List<String> completedTwice,
      String outcome) {}

  /**
   * All runs of one script.
   *
   * @param name of the script
   * @param outcome of the undisturbed run
   * @param calls of the undisturbed run
   */
  public record Table(String name, String outcome, int calls, List<Crash> crashes) {

    /** As lines for people. */
    public String lines() {
      StringBuilder lines = new StringBuilder();
      for (Crash crash : crashes) {
        boolean same = crash.outcome().equals(outcome);
        lines.append(
            String.format(
                "%-12s %6d %10d %9d %12d  %s%n",
                name,
                crash.point(),
                crash.open(),
                crash.reissued(),
                crash.extraCalls(),
                same ? "the same" : "ANOTHER: " + crash.outcome().lines().findFirst().orElse("")));
      }
      return lines.toString();
    }

    public static String heading() {
      return String.format(
          "%-12s %6s %10s %9s %12s  %s%n",
          "pattern", "point", "open calls", "reissued", "extra calls", "outcome");
    }
  }

  private static final int MOST_POINTS = 500;

  /**
   * Nothing is repeated before the run says so: what a process wrote by itself after it was lost
   * would be a second event with one number, which no process that is really lost has the time for.
   */
  private static final Duration RETRY_WAIT = Duration.ofDays(1);

  private final TestMember member;
  private final CrashRun run;

  private CrashMatrix(TestMember member, CrashRun run) {
    this.member = member;
    this.run = run;
  }

  /** Plays all of it. */
  public static Table play(TestMember member, CrashRun run) {
    return new CrashMatrix(member, run).play();
  }

  private static PatternSettings settings() {
    PatternSettings usual = TestMember.settings();
    return new PatternSettings(
        usual.calls(),
        RETRY_WAIT,
        RETRY_WAIT,
        usual.idleKept(),
        usual.snapshotEvery(),
        usual.maxRequestBytes(),
        usual.listed());
  }

  private Table play() {
    Playing undisturbed = new Playing(UUID.randomUUID().toString());
    undisturbed.begin();
    while (!undisturbed.ended) {
      undisturbed.step();
    }
    undisturbed.stop();
    int calls = undisturbed.process.inference().asked().size();
    List<Crash> crashes = new ArrayList<>();
    for (int point = 1; point < undisturbed.points; point++) {
      crashes.add(crash(point, calls));
    }
    return new Table(run.toString(), undisturbed.entity.outcome(), calls, crashes);
  }

  private Crash crash(int point, int undisturbedCalls) {
    Playing first = new Playing(UUID.randomUUID().toString());
    first.begin();
    while (first.points < point) {
      first.step();
    }
    first.stop();
    int calls = first.process.inference().asked().size();
    Playing second = new Playing(first.entity.id());
    second.goOn();
    while (!second.ended) {
      second.step();
    }
    second.stop();
    return new Crash(
        point,
        second.entity.lost(),
        second.entity.reissued(),
        calls + second.process.inference().asked().size() - undisturbedCalls,
        second.entity.completedTwice(),
        second.entity.outcome());
  }

  /** One process with one of its entities. */
  private final class Playing {
    private final TestProcess process;
    private final CrashRun.Entity entity;
    private final TestProbe<WorkflowUpdate> watch;
    private long sequenceNr;
    private int points;
    private boolean ended;

    Playing(String id) {
      this.process = member.process(settings());
      this.entity = run.start(process, id);
      this.watch = entity.watch();
      hear(); // of the watching itself
      this.points = 0;
    }

    void begin() {
      entity.begin();
      hear();
    }

    /** A new process first records what it begins again, if there is anything. */
    void goOn() {
      Awaitility.await("calls that are begun again")
          .atMost(TestMember.PATIENCE)
          .until(
              () -> {
                entity.look();
                return process.inference().asked().size() >= entity.openCalls();
              });
    }

    /** Does the one thing that makes the next write. */
    void step() {
      if (points > MOST_POINTS) {
        throw new AssertionError("no end after " + points + " writes");
      }
      entity.look();
      boolean behind = sequenceNr < entity.events();
      if (!behind) {
        Awaitility.await("calls as they are written down")
            .atMost(TestMember.PATIENCE)
            .until(() -> process.inference().open().size() == entity.openCalls());
        entity.act(process.inference().open());
      }
      hear();
    }

    /** The process is lost. */
    void stop() {
      entity.stop();
      entity.look();
    }

    /** Waits for the next write. */
    private void hear() {
      while (true) {
        if (watch.receiveMessage(TestMember.PATIENCE) instanceof WorkflowUpdate.Advanced advanced) {
          ended = advanced.ended();
          if (advanced.sequenceNr() > sequenceNr || advanced.sequenceNr() == 0) {
            sequenceNr = advanced.sequenceNr();
            points++;
            return;
          }
        }
      }
    }
  }
}
