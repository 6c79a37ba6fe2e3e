package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.SmallDisk;
import io.llmcluster.testkit.StandIn;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A disk without space: at the start, where the model is kept, and under a running member. */
@Tag("long")
@SuppressWarnings("NullAway.Init") // made before each test
class FullDiskIT {

  private static final int DISK_MIB = 16;
  private static final int PROMPT_BYTES = 200 * 1024;
  private static final int REFUSED = 6;
  private static final int MODEL_MIB = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Map<String, String> NO_OLLAMA =
      Map.of("NODE_ENV", "production", "LLAMA_BASE_URL", "http://127.0.0.1:9");

  private SmallDisk disk;

  @BeforeEach
  void mount() {
    disk = SmallDisk.mount(DISK_MIB);
  }

  @AfterEach
  void unmount() {
    if (disk != null) { // the machine allows none
      disk.close();
    }
  }

  private String dataDir() {
    return disk.folder().resolve("data").toString();
  }

  private MemberProcess up(Map<String, String> environment, List<String> more, String... settings) {
    List<String> arguments = new ArrayList<>(List.of("up"));
    arguments.addAll(more);
    for (String free : List.of("server.port=0", "node.port=0", "cluster.port=0")) {
      arguments.addAll(List.of("--set", free));
    }
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return disk.launch(environment, arguments.toArray(String[]::new));
  }

  @Test
  void a_start_without_space_is_one_line_that_names_the_folder_and_says_what_to_do()
      throws Exception {
    disk.fill(512);
    for (String members : List.of("1", "2")) {
      List<String> options = List.of("--members", members, "--data-dir", dataDir());
      try (MemberProcess member = up(NO_OLLAMA, options)) {
        assertThat(member.exitCode()).isEqualTo(1);
        assertThat(member.output().lines())
            .containsExactly(
                "no Ollama answers at 127.0.0.1:9 yet: it is used as soon as it does",
                "llm-cluster: data-dir: "
                    + dataDir()
                    + " cannot be written (expected: a folder that this user may write, with 1 MiB"
                    + " free; --data-dir names another)");
      }
    }
  }

  @Test
  void a_model_that_finds_no_space_is_one_line_that_names_the_folder() throws Exception {
    disk.fill(MODEL_MIB * 1024 / 2);
    HttpServer web = web();
    String url = "http://127.0.0.1:" + web.getAddress().getPort() + "/m.gguf";
    Map<String, String> cache =
        Map.of(
            "XDG_CACHE_HOME",
            disk.folder().toString(),
            "LLAMA_BASE_URL",
            "http://127.0.0.1:9",
            "NODE_ENV",
            "");
    try (MemberProcess member = up(cache, List.of("--model", url))) {
      assertThat(member.exitCode()).isEqualTo(1);
      assertThat(member.output().strip().lines())
          .last()
          .asString()
          .startsWith("llm-cluster: --model: ")
          .contains(disk.folder().toString(), "embedded.cacheDir");
      assertNoStackTrace(member.output());
    }
    assertThat(disk.freeBytes()).as("what had come of it is gone").isGreaterThan(1 << 20);
    try (MemberProcess member =
        up(cache, List.of(), "embedded.modelUrl=\"" + url + "\"", "embedded.pipPackage=\"\"")
            .awaitReady()) {
      assertThat(member.output().lines().filter(line -> line.startsWith("no model to run here (")))
          .singleElement()
          .asString()
          .contains(disk.folder().toString(), "embedded.cacheDir", "starting the demo");
      assertNoStackTrace(member.output());
    } finally {
      web.stop(0);
    }
  }

  /** Somewhere on the network where a file of several MB lies. */
  private static HttpServer web() throws IOException {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] mib = new byte[1 << 20];
    System.arraycopy("GGUF".getBytes(StandardCharsets.US_ASCII), 0, mib, 0, 4);
    web.createContext(
        "/m.gguf",
        exchange -> {
          exchange.sendResponseHeaders(200, (long) MODEL_MIB << 20);
          try (OutputStream body = exchange.getResponseBody()) {
            for (int i = 0; i < MODEL_MIB; i++) {
              body.write(mib);
            }
          }
        });
    web.start();
    return web;
  }

  @Test
  void a_disk_that_fills_up_loses_no_workflow_and_with_space_the_member_takes_more()
      throws Exception {
    disk.fill(4 * 1024);
    List<String> folder = List.of("--data-dir", dataDir());
    try (StandIn backend = StandIn.start("n")) {
      List<String> acknowledged = new ArrayList<>();
      String node = "nodes=[" + backend.node(8) + "]";
      try (MemberProcess member = up(NO_OLLAMA, folder, node).awaitReady()) {
        Gateway gateway = member.gateway();
        beginUntilRefused(gateway, acknowledged);
        assertThat(acknowledged).as("while there was space").isNotEmpty();
        disk.fill(0);
        refuse(gateway);
        disk.free();
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> accepted(submit(gateway).join(), acknowledged));
        awaitEnds(gateway, acknowledged);
        disk.fill(0);
        beginUntilRefused(gateway, acknowledged);
        member.terminate(); // the store cannot be compacted
        member.exitCode();
      }
      disk.free();
      try (MemberProcess next = up(NO_OLLAMA, folder, node).awaitReady()) {
        awaitEnds(next.gateway(), acknowledged);
      }
    }
  }

  /** The store is served by the process that started the members, which is never asked itself. */
  @Disabled("fails one time of three: sharding does not always come back, see docs/patterns.md")
  @Test
  void with_two_members_both_take_more_when_there_is_space_again() throws Exception {
    disk.fill(4 * 1024);
    List<String> options = List.of("--members", "2", "--data-dir", dataDir());
    try (StandIn backend = StandIn.start("n")) {
      List<String> acknowledged = new ArrayList<>();
      String node = "nodes=[" + backend.node(8) + "]";
      try (MemberProcess parent = up(NO_OLLAMA, options, node)) {
        List<Gateway> members = parent.awaitMembers();
        assertThat(members).hasSize(2);
        for (int round = 0; round < 2; round++) {
          for (Gateway member : members) {
            beginUntilRefused(member, acknowledged);
            disk.fill(0);
          }
          disk.free();
          for (Gateway member : members) {
            Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> accepted(submit(member).join(), acknowledged));
            awaitEnds(member, acknowledged);
          }
          disk.fill(round == 0 ? 1024 : 0);
        }
        beginUntilRefused(members.get(0), acknowledged);
        parent.terminate(); // the store cannot be compacted
        parent.exitCode();
      }
      disk.free();
      try (MemberProcess next = up(NO_OLLAMA, options, node)) {
        for (Gateway member : next.awaitMembers()) {
          awaitEnds(member, acknowledged);
        }
      }
    }
  }

  private void beginUntilRefused(Gateway gateway, List<String> acknowledged) {
    HttpResponse<String> answer = submit(gateway).join();
    while (accepted(answer, acknowledged)) {
      answer = submit(gateway).join();
    }
    assertRefused(answer);
  }

  /** All that is asked at once, while models are served as ever. */
  private static void refuse(Gateway gateway) {
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (int i = 0; i < REFUSED; i++) {
      asked.add(submit(gateway));
    }
    String chat = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    do {
      assertThat(gateway.post("/api/chat", chat).statusCode()).isEqualTo(200);
    } while (asked.stream().noneMatch(CompletableFuture::isDone));
    asked.forEach(one -> assertRefused(one.join()));
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(Gateway.parse(answer.body()).path("error").asText())
        .contains("the store", "disk")
        .doesNotContain("Exception", "h2");
  }

  private static void assertNoStackTrace(String output) {
    assertThat(output).doesNotContain("\tat ");
  }

  private static CompletableFuture<HttpResponse<String>> submit(Gateway gateway) {
    StringBuilder prompt = new StringBuilder();
    new Random().ints(PROMPT_BYTES, 'a', 'z').forEach(c -> prompt.append((char) c));
    return gateway.sendAsync(
        "POST", "/api/patterns/ensemble", "{\"prompt\":\"" + prompt + "\",\"models\":[\"m\"]}");
  }

  private static boolean accepted(HttpResponse<String> answer, List<String> acknowledged) {
    if (answer.statusCode() != 202 && answer.statusCode() != 200) {
      return false;
    }
    acknowledged.add(Gateway.parse(answer.body()).path("id").asText());
    return true;
  }

  private static void awaitEnds(Gateway gateway, List<String> acknowledged) {
    for (String id : acknowledged) {
      Awaitility.await(id)
          .atMost(PATIENCE)
          .until(
              () ->
                  gateway
                      .get("/api/patterns/execution/" + id)
                      .path("status")
                      .asText()
                      .equals("completed"));
    }
  }
}
