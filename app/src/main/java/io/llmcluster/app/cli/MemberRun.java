package io.llmcluster.app.cli;

import com.typesafe.config.Config;
import io.llmcluster.app.member.Member;
import io.llmcluster.app.member.MemberReport;
import io.llmcluster.app.member.StartupException;
import io.llmcluster.app.nodes.NodePlan;
import io.llmcluster.core.settings.SettingsException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a member until it is told to stop. */
final class MemberRun {

  private static final long LONGEST_STOP_MINUTES = 10;

  private MemberRun() {}

  /**
   * @return 0 after a stop that was asked for, 1 if the member ended by itself
   */
  static int run(Config config, NodePlan plan, Console console)
      throws InterruptedException, ExecutionException {
    Member member = Member.start(config, plan);
    AtomicBoolean asked = new AtomicBoolean();
    Thread hook = new Thread(() -> stop(member, asked, console), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      MemberReport report = member.ready().toCompletableFuture().join();
      StartReport.print(report, plan, console);
    } catch (CompletionException failure) {
      asked.set(true);
      member.stop().toCompletableFuture().join();
      Runtime.getRuntime().removeShutdownHook(hook);
      if (failure.getCause() instanceof StartupException
          || failure.getCause() instanceof SettingsException) {
        throw (RuntimeException) failure.getCause();
      }
      throw failure;
    }
    member.terminated().toCompletableFuture().get();
    if (!asked.get()) {
      Runtime.getRuntime().removeShutdownHook(hook);
      console.error("the cluster has shut this member out, or it failed; see the log");
      return 1;
    }
    return 0;
  }

  /** Ends this process as SIGTERM would when standard input closes: its other end has died. */
  static void endWithStdin(Console console) {
    Thread reader =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException broken) {
                // as good as closed
              }
              console.error("the process that started this member is gone");
              System.exit(1);
            },
            "stdin");
    reader.setDaemon(true);
    reader.start();
  }

  private static void stop(Member member, AtomicBoolean asked, Console console) {
    if (!asked.compareAndSet(false, true)) {
      return;
    }
    console.say("stopping: finishing what was begun");
    try {
      member.stop().toCompletableFuture().get(LONGEST_STOP_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException late) {
      console.error("stopped before everything was finished: " + late.getMessage());
    }
  }
}
