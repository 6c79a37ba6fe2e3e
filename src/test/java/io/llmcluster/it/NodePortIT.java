package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.llmcluster.testkit.Fault;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The node port as others use it: a cluster that takes it for a node, and any gRPC program. */
@SuppressWarnings("NullAway.Init") // started before the first test
class NodePortIT {

  private static StandIn backend;
  private static MemberProcess far;
  private static MemberProcess near;

  @BeforeAll
  static void start() {
    backend = StandIn.start("a");
    far = MemberProcess.start("nodes=[" + backend.node(4) + "]");
    near = MemberProcess.start("nodes=[{name:far,host:\"127.0.0.1\",port:" + far.nodePort() + "}]");
  }

  @AfterAll
  static void stop() {
    near.close();
    far.close();
    backend.close();
  }

  @Test
  void a_node_port_is_recognised_and_used_as_a_node() {
    Gateway gateway = near.gateway();
    JsonNode node = gateway.node("far");
    assertThat(node.path("backend").asText()).isEqualTo("member");
    assertThat(node.path("models").toString()).isEqualTo("[\"m:latest\"]");
    assertThat(node.path("capacity").asInt()).isEqualTo(4);
    List<JsonNode> lines = gateway.lines("/api/generate", "{\"model\":\"m\",\"prompt\":\"x\"}");
    assertThat(Gateway.text(lines)).isEqualTo(backend.text());
    assertThat(lines.get(lines.size() - 1).path("done").asBoolean()).isTrue();
    String whole =
        gateway.post("/api/generate", "{\"model\":\"m\",\"prompt\":\"x\",\"stream\":false}").body();
    assertThat(Gateway.parse(whole).path("response").asText()).isEqualTo(backend.text());
    assertThat(gateway.post("/api/show", "{\"model\":\"m\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void a_request_keeps_its_id_to_the_backend_and_in_every_members_log_of_a_failure()
      throws Exception {
    assertThat(generate("kept-by-all").statusCode()).isEqualTo(200);
    assertThat(backend.requestIds).contains("kept-by-all");
    backend.fail(Fault.HTML, 1);
    assertThat(generate("told-by-all").statusCode()).isEqualTo(502);
    for (MemberProcess member : List.of(near, far)) {
      Awaitility.await()
          .until(
              () ->
                  member
                      .output()
                      .lines()
                      .anyMatch(line -> line.contains(" told-by-all GENERATE at node ")));
    }
  }

  private static HttpResponse<String> generate(String requestId) throws Exception {
    Gateway gateway = near.gateway();
    return HttpClient.newHttpClient()
        .send(
            gateway.request(
                "POST",
                "/api/generate",
                "{\"model\":\"m\",\"prompt\":\"x\"}",
                "X-Request-Id",
                requestId),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void a_client_that_leaves_frees_the_slot_behind_both_clusters() throws Exception {
    try (StandIn slow = StandIn.start("slow").answers(1000, Duration.ofMillis(20));
        MemberProcess behind = MemberProcess.start("nodes=[" + slow.node(1) + "]");
        MemberProcess front =
            MemberProcess.start(
                "nodes=[{name:far,host:\"127.0.0.1\",port:" + behind.nodePort() + "}]")) {
      CompletableFuture<?> call =
          front.gateway().sendAsync("POST", "/api/generate", "{\"model\":\"m\",\"prompt\":\"x\"}");
      Awaitility.await().until(() -> slow.running.get() == 1);
      call.cancel(true);
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> slow.running.get() == 0);
      assertThat(slow.left).hasValue(1);
    }
  }

  @Test
  void the_port_serves_reflection() throws Exception {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", far.nodePort()).usePlaintext().build();
    try {
      CompletableFuture<byte[]> answer = new CompletableFuture<>();
      ClientCall<byte[], byte[]> call =
          channel.newCall(
              MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
                  .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                  .setFullMethodName(
                      "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
                  .build(),
              CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
              answer.complete(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              answer.completeExceptionally(status.asException());
            }
          },
          new Metadata());
      call.request(1);
      call.sendMessage(LIST_SERVICES);
      assertThat(new String(answer.get(10, TimeUnit.SECONDS), StandardCharsets.UTF_8))
          .contains("llmcluster.node.v1.NodeService");
      call.cancel("seen", null);
    } finally {
      channel.shutdownNow();
    }
  }

  /** A ServerReflectionRequest with list_services (field 7) and nothing else. */
  private static final byte[] LIST_SERVICES = {7 << 3 | 2, 0};

  /** Messages as they are. */
  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
