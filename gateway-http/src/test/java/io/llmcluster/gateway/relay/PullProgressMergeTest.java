package io.llmcluster.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.protocol.PullProgress;
import io.llmcluster.gateway.server.Cancellation;
import io.llmcluster.gateway.server.Exchange;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PullProgressMergeTest {

  private static final ActorSystem SYSTEM = ActorSystem.create("PullProgressMergeTest");
  private static final Materializer MATERIALIZER = Materializer.matFromSystem(SYSTEM);
  private static final PullProgress MANIFEST = line("{\"status\":\"pulling manifest\"}");
  private static final PullProgress SUCCESS = line("{\"status\":\"success\"}");

  private static final Source<PullProgress, NotUsed> LOST =
      Source.failed(new GrpcServiceException(Status.UNAVAILABLE));

  private static final Source<PullProgress, NotUsed> REFUSED =
      Source.single(refusal(400, "{\"error\":\"invalid model name\"}"));

  private final Cancellation client = new Cancellation();
  private final Exchange exchange = new Exchange(HttpRequest.POST("/api/pull"), "id", client);

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(SYSTEM);
  }

  private static PullProgress line(String json) {
    return refusal(0, json);
  }

  private static PullProgress refusal(int status, String json) {
    return PullProgress.newBuilder()
        .setStatus(status)
        .setLine(ByteString.copyFromUtf8(json))
        .build();
  }

  private static NodeEntry node(String name) {
    return new NodeEntry(
        new NodeSpec(name, "127.0.0.1", 1, "", "", List.of(), BackendKind.OLLAMA, 0),
        1,
        "member",
        "127.0.0.1",
        1,
        TestInbox.<SlotCommand>create().getRef(),
        Hardware.UNKNOWN,
        NodeHealth.UP,
        "",
        "",
        List.of(),
        List.of(),
        Map.of());
  }

  private static PullProgressMerge merge(Duration writeTimeout) {
    return new PullProgressMerge(writeTimeout, MATERIALIZER);
  }

  private HttpResponse stream(
      boolean named, Map<String, Source<PullProgress, NotUsed>> pulls, String... nodes) {
    return await(
        merge(Duration.ofMinutes(1)).stream(
            exchange, nodes(nodes), named, node -> pulls.get(node.name())));
  }

  private HttpResponse whole(
      boolean named, Map<String, Source<PullProgress, NotUsed>> pulls, String... nodes) {
    return await(
        merge(Duration.ofMinutes(1))
            .whole(exchange, nodes(nodes), named, node -> pulls.get(node.name())));
  }

  private static List<NodeEntry> nodes(String... names) {
    return Arrays.stream(names).map(PullProgressMergeTest::node).toList();
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static String body(HttpResponse response) {
    return await(response.entity().toStrict(10_000, MATERIALIZER)).getData().utf8String();
  }

  @Test
  void a_refusal_before_any_progress_keeps_its_status_streamed_and_whole() {
    HttpResponse streamed = stream(false, Map.of("a", REFUSED), "a");
    assertThat(streamed.status().intValue()).isEqualTo(400);
    assertThat(streamed.entity().getContentType().toString()).startsWith("application/json");
    assertThat(body(streamed)).isEqualTo("{\"error\":\"node a: invalid model name\"}");
    assertThat(whole(false, Map.of("a", REFUSED), "a").status().intValue()).isEqualTo(400);
  }

  @Test
  void a_node_that_is_lost_before_any_progress_is_an_outage() {
    HttpResponse streamed = stream(true, Map.of("a", LOST), "a");
    assertThat(streamed.status().intValue()).isEqualTo(503);
    assertThat(body(streamed)).isEqualTo("{\"error\":\"node a was lost\",\"node\":\"a\"}");
    assertThat(whole(true, Map.of("a", LOST), "a").status().intValue()).isEqualTo(503);
  }

  @Test
  void an_error_after_progress_is_a_line_of_the_stream() {
    HttpResponse streamed =
        stream(
            true, Map.of("a", Source.single(MANIFEST).concat(Source.lazySource(() -> LOST))), "a");
    assertThat(streamed.status().intValue()).isEqualTo(200);
    assertThat(body(streamed).lines())
        .containsExactly(
            "{\"status\":\"pulling manifest\",\"node\":\"a\"}",
            "{\"error\":\"node a was lost\",\"node\":\"a\"}");
  }

  @Test
  void every_node_that_failed_is_told_in_the_order_of_the_request() {
    Map<String, Source<PullProgress, NotUsed>> pulls =
        Map.of("b", REFUSED, "a", LOST, "c", Source.from(List.of(MANIFEST, SUCCESS)));
    String told =
        "{\"error\":\"node b: invalid model name; node a was lost\",\"nodes\":["
            + "{\"name\":\"b\",\"status\":400,\"error\":\"invalid model name\"},"
            + "{\"name\":\"a\",\"status\":503,\"error\":\"node a was lost\"}]}";
    assertThat(body(stream(true, pulls, "b", "a", "c")).lines())
        .contains("{\"status\":\"success on c\",\"node\":\"c\"}")
        .endsWith(told);
    HttpResponse whole = whole(true, pulls, "b", "a", "c");
    assertThat(whole.status().intValue()).isEqualTo(400);
    assertThat(body(whole)).isEqualTo(told);
  }

  @Test
  void a_pull_that_ends_without_success_has_failed_at_its_node() {
    Map<String, Source<PullProgress, NotUsed>> pulls =
        Map.of("a", Source.single(MANIFEST), "b", Source.from(List.of(MANIFEST, SUCCESS)));
    HttpResponse whole = whole(true, pulls, "a", "b");
    assertThat(whole.status().intValue()).isEqualTo(502);
    assertThat(body(whole))
        .isEqualTo("{\"error\":\"the pull ended before it was complete\",\"node\":\"a\"}");
  }

  @Test
  void what_is_no_json_is_an_error_that_names_the_node() {
    Map<String, Source<PullProgress, NotUsed>> pulls =
        Map.of("a", Source.single(line("<html>")), "b", Source.single(refusal(404, "not found")));
    assertThat(body(whole(true, pulls, "a", "b")))
        .contains("node a answered a line that is not a JSON object")
        .contains("node b: its server answered with status 404");
  }

  @Test
  void a_client_that_leaves_before_the_answer_is_no_defect() {
    List<NodeEntry> nodes = nodes("a");
    Source<PullProgress, NotUsed> silent =
        Source.<PullProgress>maybe().mapMaterializedValue(m -> NotUsed.getInstance());
    var whole = merge(Duration.ofMinutes(1)).whole(exchange, nodes, false, node -> silent);
    var streamed = merge(Duration.ofMinutes(1)).stream(exchange, nodes, false, node -> silent);
    client.cancel();
    assertThatThrownBy(() -> await(whole)).hasCauseInstanceOf(InferenceFailure.Cancelled.class);
    assertThatThrownBy(() -> await(streamed)).hasCauseInstanceOf(InferenceFailure.Cancelled.class);
  }

  @Test
  void a_client_that_does_not_read_is_given_up() {
    HttpResponse answer =
        await(
            merge(Duration.ofMillis(50)).stream(
                exchange, nodes("a"), false, node -> Source.repeat(MANIFEST)));
    var reader = answer.entity().getDataBytes().runWith(TestSink.create(SYSTEM), MATERIALIZER);
    reader.requestNext();
    assertThat(reader.expectError()).isInstanceOf(TimeoutException.class);
  }
}
