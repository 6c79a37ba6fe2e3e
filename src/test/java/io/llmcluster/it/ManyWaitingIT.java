package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.ScriptedBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten thousand workflows that wait for somebody's word, as they may for days. */
@Tag("long")
@Tag(TestStore.ON_MONGODB)
class ManyWaitingIT {

  private static final int WORKFLOWS = Integer.getInteger("waiting.workflows", 10_000);
  private static final int AT_ONCE = 64;
  private static final String PLAN =
      "{\"tasks\":[{\"id\":\"a\",\"title\":\"A\",\"instruction\":\"do a\",\"dependsOn\":[]}]}";
  private static final String REQUEST = "{\"model\":\"m\",\"prompt\":\"q\",\"mode\":\"external\"}";
  private static final String WAITING = "/api/patterns/executions?status=running&limit=1&offset=";

  /**
   * Those that nobody has asked for; the list's actors and a few of the last to arrive may stay.
   */
  private static final int FEW = 100;

  private final List<String> store =
      WorkflowLossIT.MONGODB.isEmpty()
          ? List.of("data-dir=\"" + MemberProcess.newFolder() + "\"")
          : WorkflowLossIT.givenMongo();

  private MemberProcess start(String nodes) {
    return MemberProcess.start(
        Stream.concat(Stream.of(nodes), store.stream()).toArray(String[]::new));
  }

  @Test
  void ten_thousand_that_wait_are_listed_cost_no_memory_outlast_a_restart_and_go_on() {
    try (ScriptedBackend backend = ScriptedBackend.start("n", asked -> asked.answer(PLAN), "m")) {
      String nodes = "nodes=[" + backend.node(AT_ONCE) + "]";
      Queue<String> ids;
      try (MemberProcess member = start(nodes)) {
        ids = begin(member.gateway());
        awaitWaiting(member);
        member.kill();
      }
      try (MemberProcess member = start(nodes)) {
        awaitWaiting(member);
        String flow = "/api/workflow/" + ids.remove();
        String done = "{\"status\":\"SUCCEEDED\",\"output\":\"by hand\"}";
        assertThat(member.gateway().send("PUT", flow + "/task/a", done).statusCode())
            .isEqualTo(200);
        assertThat(member.gateway().get(flow + "/result?wait=60s").path("answer").asText())
            .isEqualTo("by hand");
        assertThat(total(member.gateway())).isEqualTo(WORKFLOWS - 1);
        assertThat(backend.asked()).as("each was planned once").hasSize(WORKFLOWS);
      }
    }
  }

  private static Queue<String> begin(Gateway gateway) {
    Queue<String> ids = new ConcurrentLinkedQueue<>();
    Queue<String> refused = new ConcurrentLinkedQueue<>();
    Semaphore room = new Semaphore(AT_ONCE);
    for (int i = 0; i < WORKFLOWS; i++) {
      room.acquireUninterruptibly();
      gateway
          .sendAsync("POST", "/api/workflow/decompose/generate", REQUEST)
          .whenComplete(
              (answer, failure) -> {
                if (failure == null && answer.statusCode() == 202) {
                  ids.add(Gateway.parse(answer.body()).path("id").asText());
                } else {
                  refused.add(failure == null ? answer.body() : failure.toString());
                }
                room.release(); // last: when all room is back, all are counted
              });
    }
    room.acquireUninterruptibly(AT_ONCE);
    assertThat(refused).isEmpty();
    assertThat(ids).hasSize(WORKFLOWS);
    return ids;
  }

  private static int total(Gateway gateway) {
    return gateway.get(WAITING + (WORKFLOWS - 2)).path("total").asInt();
  }

  /** All are in the list, and hardly any is in memory. */
  private static void awaitWaiting(MemberProcess member) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> total(member.gateway()) == WORKFLOWS);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> inMemory(member) < FEW);
  }

  /** Live objects of the actor's class, after a collection. */
  private static long inMemory(MemberProcess member) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(member.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    jcmd.getInputStream().transferTo(printed);
    assertThat(jcmd.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String histogram = printed.toString(StandardCharsets.UTF_8);
    assertThat(histogram).as("a histogram of classes").contains("java.lang.String");
    return lines(histogram)
        .filter(words -> words.get(3).equals("io.llmcluster.patterns.workflow.WorkflowActor"))
        .mapToLong(words -> Long.parseLong(words.get(1)))
        .sum();
  }

  private static Stream<List<String>> lines(String histogram) {
    return histogram
        .lines()
        .map(line -> List.of(line.strip().split("\\s+")))
        .filter(words -> words.size() >= 4);
  }
}
