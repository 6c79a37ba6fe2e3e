package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * Clients of a cluster whose members come and go. Each begins a workflow, follows it to its end at
 * whichever member answers, and then begins the next one.
 */
final class WorkflowClients {

  static final List<String> KINDS = List.of("ensemble", "maestro", "decompose", "debate", "auto");

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Supplier<List<Gateway>> gateways;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Workflow> begun = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<Void>> clients = new CopyOnWriteArrayList<>();
  private volatile boolean enough;

  /**
   * @param gateways those that may answer now
   */
  WorkflowClients(Supplier<List<Gateway>> gateways) {
    this.gateways = gateways;
  }

  /** Starts so many of them, which all kinds of workflow are shared among. */
  void start(int count) {
    for (int i = 0; i < count; i++) {
      int client = i;
      clients.add(CompletableFuture.runAsync(() -> work(client), threads));
    }
    Awaitility.await().atMost(PATIENCE).until(() -> begun.size() >= count || anyFailed());
  }

  private boolean anyFailed() {
    return clients.stream().anyMatch(CompletableFuture::isCompletedExceptionally);
  }

  private void work(int client) {
    for (int turn = client; turn == client || !enough; turn++) {
      Workflow workflow = begin(KINDS.get(turn % KINDS.size()));
      begun.add(workflow);
      for (int at = client; !workflow.isOver(); at++) {
        if (!workflow.follow(gateway(at))) {
          breathe();
        }
      }
    }
  }

  /** With enough voices for a vote, a debate and a judge, though there is one model. */
  static String request(String kind, String question) {
    String voices =
        switch (kind) {
          case "ensemble" -> ",\"samplesPerModel\":3";
          case "debate", "auto" -> ",\"debaters\":3";
          default -> "";
        };
    return "{\"prompt\":\"question " + question + "\",\"models\":[\"m\"]" + voices + "}";
  }

  /** As often as it takes, with a key: what was begun without our hearing of it is that one. */
  private Workflow begin(String kind) {
    String key = UUID.randomUUID().toString();
    String request = request(kind, key);
    return Awaitility.await(kind)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> Workflow.begin(gateway(key.hashCode()), kind, request, key), one -> true);
  }

  private Gateway gateway(int number) {
    List<Gateway> now = gateways.get();
    return now.get(Math.floorMod(number, now.size()));
  }

  /** A member that was just lost is not asked a thousand times. */
  private static void breathe() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** Whether all that were begun are at their end. */
  boolean idle() {
    return begun.stream().allMatch(Workflow::isOver);
  }

  /** Lets each client come to the end of its workflow, and gives all of them. */
  List<Workflow> finish() {
    enough = true;
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(begun.stream().filter(one -> !one.isOver()).map(Workflow::id))
                  .as("under way")
                  .isEmpty();
              assertThat(clients).allMatch(CompletableFuture::isDone);
            });
    CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
    threads.shutdown();
    return begun;
  }
}
