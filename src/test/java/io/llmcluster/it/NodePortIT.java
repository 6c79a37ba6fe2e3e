package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.grpc.ClientCall;
import io.grpc.Status;
import io.grpc.StatusException;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.Head;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.protocol.PullProgress;
import io.llmcluster.testkit.Fault;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.GrpcClient;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    awaitLogged(" told-by-all GENERATE at node ");
  }

  @Test
  void a_control_call_keeps_its_request_s_id_too() throws Exception {
    backend.fail(Fault.HTML, 1);
    assertThat(post("/api/show", "{\"model\":\"m\"}", "shown-by-all").statusCode()).isEqualTo(502);
    awaitLogged(" shown-by-all show at node ");
  }

  private static void awaitLogged(String words) {
    for (MemberProcess member : List.of(near, far)) {
      Awaitility.await()
          .until(() -> member.output().lines().anyMatch(line -> line.contains(words)));
    }
  }

  private static HttpResponse<String> generate(String requestId) throws Exception {
    return post("/api/generate", "{\"model\":\"m\",\"prompt\":\"x\"}", requestId);
  }

  private static HttpResponse<String> post(String path, String body, String requestId)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            near.gateway().request("POST", path, body, "X-Request-Id", requestId),
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

  private static final String SERVICE = "llmcluster.node.v1.NodeService/";

  private static InferRequest.Builder generate() {
    return InferRequest.newBuilder()
        .setOperation(Operation.GENERATE)
        .setModel("m")
        .setStream(true)
        .setBody(ByteString.copyFromUtf8("{\"model\":\"m\",\"prompt\":\"x\"}"));
  }

  @Test
  void any_grpc_program_has_an_answer_streamed_in_whole_lines() throws Exception {
    try (GrpcClient client = new GrpcClient(far.nodePort())) {
      List<byte[]> replies = client.all(SERVICE + "Infer", generate().build().toByteArray());
      Head head = InferReply.parseFrom(replies.get(0)).getHead();
      assertThat(head.getStatus()).isEqualTo(200);
      assertThat(head.getContentType()).isEqualTo("application/x-ndjson");
      StringBuilder body = new StringBuilder();
      for (byte[] reply : replies.subList(1, replies.size())) {
        String chunk = InferReply.parseFrom(reply).getChunk().toStringUtf8();
        assertThat(chunk).endsWith("\n");
        body.append(chunk);
      }
      assertThat(Gateway.text(Gateway.parseLines(body.toString()))).isEqualTo(backend.text());
    }
  }

  @Test
  void a_call_ends_at_its_deadline_and_frees_its_slot() throws Exception {
    try (StandIn hanging = StandIn.start("hanging");
        MemberProcess member = MemberProcess.start("nodes=[" + hanging.node(1) + "]");
        GrpcClient client = new GrpcClient(member.nodePort())) {
      hanging.fail(Fault.HANG, 1);
      byte[] request = generate().setDeadlineMillis(200).setRequestId("late").build().toByteArray();
      assertThatThrownBy(() -> client.all(SERVICE + "Infer", request))
          .isInstanceOfSatisfying(
              StatusException.class,
              failure ->
                  assertThat(failure.getStatus().getCode())
                      .isEqualTo(Status.Code.DEADLINE_EXCEEDED));
      assertThat(hanging.received).hasValue(1);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(member.output().lines())
                      .filteredOn(line -> line.contains("late GENERATE at node "))
                      .singleElement()
                      .asString()
                      .contains("the call's deadline passed"));
      Awaitility.await().until(() -> member.gateway().node("hanging").path("active").asInt() == 0);
    }
  }

  @Test
  void a_client_that_does_not_read_stops_the_backend() throws Exception {
    int pieces = 4_000_000; // some 400 MB: far more than sockets and windows hold
    try (StandIn fast = StandIn.start("fast").answers(pieces, Duration.ZERO);
        MemberProcess member = MemberProcess.start("nodes=[" + fast.node(1) + "]");
        GrpcClient client = new GrpcClient(member.nodePort())) {
      ClientCall<byte[], byte[]> call =
          client.ask(SERVICE + "Infer", generate().build().toByteArray(), 1);
      Awaitility.await().until(() -> fast.sent.get() > 0);
      fast.awaitStandstill();
      assertThat(fast.running.get()).isEqualTo(1);
      assertThat(fast.sent.get()).isLessThan(pieces / 4);
      call.cancel("seen", null);
      Awaitility.await().until(() -> fast.running.get() == 0);
    }
  }

  @Test
  void load_brings_a_model_into_memory() throws Exception {
    try (GrpcClient client = new GrpcClient(far.nodePort())) {
      ModelRequest request = ModelRequest.newBuilder().setModel("to-load").build();
      List<byte[]> replies = client.all(SERVICE + "Load", request.toByteArray());
      assertThat(ControlReply.parseFrom(replies.get(0)).getStatus()).isEqualTo(200);
      assertThat(backend.loaded()).contains("to-load:latest");
    }
  }

  @Test
  void any_grpc_program_looks_after_models() throws Exception {
    try (GrpcClient client = new GrpcClient(far.nodePort())) {
      backend.models("m:latest", "old:latest");
      try {
        assertThat(control(client, "Load", "m").getStatus()).isEqualTo(200);
        int unloads = backend.unloads.get();
        assertThat(control(client, "Unload", "m").getStatus()).isEqualTo(200);
        assertThat(backend.unloads).hasValue(unloads + 1);
        assertThat(backend.loaded()).isEmpty();

        ControlReply shown = control(client, "Show", "old");
        assertThat(shown.getStatus()).isEqualTo(200);
        assertThat(Gateway.parse(shown.getBody().toStringUtf8()).has("model_info")).isTrue();

        List<String> progress = new ArrayList<>();
        for (byte[] line : client.all(SERVICE + "Pull", about("new").toByteArray())) {
          progress.add(PullProgress.parseFrom(line).getLine().toStringUtf8());
        }
        assertThat(progress).hasSizeGreaterThan(1);
        assertThat(Gateway.parse(progress.get(progress.size() - 1)).path("status").asText())
            .isEqualTo("success");
        assertThat(backend.models()).contains("new:latest");

        assertThat(control(client, "Delete", "old").getStatus()).isEqualTo(200);
        assertThat(backend.models()).doesNotContain("old:latest");
        ControlReply again = control(client, "Delete", "old");
        assertThat(again.getStatus()).isEqualTo(404);
        assertThat(again.getBody().toStringUtf8()).contains("not found");
      } finally {
        backend.models("m:latest");
        Awaitility.await().until(() -> near.gateway().node("far").path("models").size() == 1);
      }
    }
  }

  private static ControlReply control(GrpcClient client, String method, String model)
      throws Exception {
    return ControlReply.parseFrom(client.all(SERVICE + method, about(model).toByteArray()).get(0));
  }

  /** As the backend needs it: what a call says beside the model's name is in its body. */
  private static ModelRequest about(String model) {
    return ModelRequest.newBuilder()
        .setModel(model)
        .setBody(ByteString.copyFromUtf8("{\"model\":\"" + model + "\"}"))
        .build();
  }

  @Test
  void the_port_serves_reflection() throws Exception {
    try (GrpcClient client = new GrpcClient(far.nodePort())) {
      List<byte[]> answer =
          client.all(
              "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", LIST_SERVICES);
      assertThat(new String(answer.get(0), StandardCharsets.UTF_8))
          .contains("llmcluster.node.v1.NodeService");
    }
  }

  /** A ServerReflectionRequest with list_services (field 7) and nothing else. */
  private static final byte[] LIST_SERVICES = {7 << 3 | 2, 0};
}
