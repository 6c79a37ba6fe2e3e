package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.Models;
import io.llmcluster.gateway.testkit.PatternGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Following a workflow by server-sent events. */
@Tag(TestStore.ON_MONGODB)
class EventStreamTest {

  private static final String RUN = "/api/patterns/execution/";
  private static PatternGateway gateway;
  private static Client client;

  @BeforeAll
  static void start(@TempDir Path folder) {
    gateway = PatternGateway.start(folder);
    client = new Client(gateway.base);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static List<Long> ids(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("id: "))
        .map(line -> Long.parseLong(line.substring(4)))
        .toList();
  }

  @Test
  void a_cut_stream_goes_on_where_it_was_without_gap_or_repeat() throws IOException {
    Models.Voice voice = gateway.models.speakFor("slow");
    String id = client.begin("{\"prompt\":\"why?\",\"models\":[\"ada\",\"slow\"]}");
    List<Long> seen = new ArrayList<>();
    try (Client.Lines stream = client.open("GET", RUN + id + "/events", "")) {
      assertThat(stream.http.headers().firstValue("Content-Type")).hasValue("text/event-stream");
      seen.addAll(ids(stream.until(line -> line.equals("event: StepCompleted"))));
    }
    voice.say("no").finish();
    client.get(RUN + id + "?wait=60s");
    String last = String.valueOf(seen.get(seen.size() - 1));
    List<String> rest = client.open("GET", RUN + id + "/events", "", "Last-Event-ID", last).rest();
    seen.addAll(ids(rest));
    assertThat(rest).contains("event: WorkflowCompleted");
    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, seen.size()).boxed().toList());
    assertThat(client.get(RUN + id).header("ETag")).isEqualTo("\"" + seen.size() + "\"");
  }

  @Test
  void tokens_come_while_they_are_written() {
    Models.Voice voice = gateway.models.speakFor("talker");
    String id = client.begin("{\"prompt\":\"why?\",\"models\":[\"talker\"]}");
    Client.Lines stream = client.open("GET", RUN + id + "/events", "");
    stream.until(line -> line.equals("event: StepScheduled"));
    stream.until(line -> line.startsWith("data: "));
    voice.awaitAsked().say("la");
    List<String> lines = stream.until(line -> line.startsWith("data: "));
    assertThat(lines).contains("event: token");
    assertThat(lines.get(lines.size() - 1))
        .isEqualTo(
            "data: {\"stepId\":\"voice1\",\"lane\":\"talker\",\"attempt\":1,\"offset\":0,\"text\":\"la\"}");
    voice.finish();
    assertThat(stream.rest()).contains("event: WorkflowCompleted");
  }

  @Test
  void whoever_knows_all_of_an_ended_workflow_is_told_nothing() {
    String id = client.begin("{\"prompt\":\"why?\"}");
    String tag = client.get(RUN + id + "?wait=60s").header("ETag").replace("\"", "");
    String events = RUN + id + "/events";
    assertThat(client.open("GET", events + "?after=" + tag, "").rest()).isEmpty();
    assertThat(client.get(events, "Last-Event-ID", "x").status()).isEqualTo(400);
  }
}
