package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies just within the bound of one, several at once, in the memory that users have. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeBodiesIT {

  private static final int LARGE = 95_000_000;
  private static final String SMALL = "{\"model\":\"m\",\"prompt\":\"x\",\"stream\":false}";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final StandIn backend = StandIn.start("backend");
  private MemberProcess member;

  @BeforeAll
  void start() {
    member = MemberProcess.startAsInstalled("nodes=[" + backend.node(8) + "]");
  }

  @AfterAll
  void stop() {
    member.close();
    backend.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void several_at_once_are_answered_or_told_to_come_again(boolean lengthKnown) {
    List<CompletableFuture<HttpResponse<String>>> large = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      large.add(http.sendAsync(large(lengthKnown), HttpResponse.BodyHandlers.ofString()));
    }
    int small = 0;
    while (small < 20 || !large.stream().allMatch(CompletableFuture::isDone)) {
      assertThat(member.gateway().post("/api/generate", SMALL).statusCode()).isEqualTo(200);
      small++;
    }
    assertThat(large)
        .extracting(answer -> answer.join().statusCode())
        .isSubsetOf(200, 503)
        .contains(200);
    for (CompletableFuture<HttpResponse<String>> each : large) {
      HttpResponse<String> answer = each.join();
      if (answer.statusCode() == 503) {
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(Gateway.parse(answer.body()).path("error").asText()).contains("busy");
      } else {
        assertThat(answer.body()).contains("received ");
      }
    }
    assertThat(member.isAlive()).isTrue();
  }

  /** Room that was taken is given back: each would not fit beside the one before. */
  @RepeatedTest(3)
  void one_after_the_other_each_is_answered() throws Exception {
    assertThat(http.send(large(true), HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  /** Each gateway bounds what it holds; the member of the node gets the sum of all gateways. */
  @Test
  void from_several_gateways_to_a_node_of_another_member() {
    try (StandIn far = StandIn.start("far");
        MemberProcess first = MemberProcess.startAsInstalled("cluster.roles=[gateway]");
        MemberProcess second =
            MemberProcess.startAsInstalled(first.joins(), "cluster.roles=[gateway]");
        MemberProcess third =
            MemberProcess.startAsInstalled(first.joins(), "cluster.roles=[gateway]");
        MemberProcess node =
            MemberProcess.startAsInstalled(
                first.joins(), "cluster.roles=[node]", "nodes=[" + far.node(8) + "]")) {
      String chat =
          "{\"model\":\"m\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"images\":[\"";
      List<CompletableFuture<HttpResponse<String>>> large = new ArrayList<>();
      for (MemberProcess gateway : List.of(first, second, third)) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> gateway.gateway().node("far").path("health").asText().equals("up"));
      }
      for (MemberProcess gateway : List.of(first, second, third)) {
        large.add(
            http.sendAsync(
                large(gateway, "/api/chat", chat, LARGE, "\"]}]}", true),
                HttpResponse.BodyHandlers.ofString()));
      }
      assertThatAllAreAnswered(large);
      assertThat(node.isAlive()).isTrue();
    }
  }

  /** Such a server gets another body than the client sent; both in memory would be too much. */
  @Test
  void to_a_server_that_has_openai_s_api_only() {
    try (StandIn openAi = StandIn.start("far");
        MemberProcess alone =
            MemberProcess.startAsInstalled(
                "nodes=[" + openAi.node(8).replace("{", "{backend:openai,") + "]")) {
      String head =
          "{\"model\":\"m\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"";
      for (int[] sizes : new int[][] {{90_000_000}, {35_000_000, 35_000_000, 35_000_000}}) {
        List<CompletableFuture<HttpResponse<String>>> large = new ArrayList<>();
        for (int size : sizes) {
          large.add(
              http.sendAsync(
                  large(alone, "/api/chat", head, size, "\"}]}", true),
                  HttpResponse.BodyHandlers.ofString()));
        }
        assertThatAllAreAnswered(large);
      }
      assertThat(alone.isAlive()).isTrue();
    }
  }

  private static void assertThatAllAreAnswered(List<CompletableFuture<HttpResponse<String>>> all) {
    assertThat(all)
        .allSatisfy(
            answer -> {
              assertThat(answer.join().statusCode()).as(answer.join().body()).isEqualTo(200);
              assertThat(answer.join().body()).contains("received ");
            });
  }

  private HttpRequest large(boolean lengthKnown) {
    return large(
        member,
        "/api/generate",
        "{\"model\":\"m\",\"stream\":false,\"prompt\":\"",
        LARGE,
        "\"}",
        lengthKnown);
  }

  private static HttpRequest large(
      MemberProcess member, String path, String head, int size, String end, boolean lengthKnown) {
    byte[] piece = "x".repeat(size / 95).getBytes(StandardCharsets.UTF_8);
    HttpRequest.BodyPublisher body =
        HttpRequest.BodyPublishers.ofInputStream(
            () -> {
              List<InputStream> all = new ArrayList<>();
              all.add(new ByteArrayInputStream(head.getBytes(StandardCharsets.UTF_8)));
              for (int i = 0; i < 95; i++) {
                all.add(new ByteArrayInputStream(piece));
              }
              all.add(new ByteArrayInputStream(end.getBytes(StandardCharsets.UTF_8)));
              return new SequenceInputStream(Collections.enumeration(all));
            });
    return HttpRequest.newBuilder(URI.create(member.gateway().url() + path))
        .POST(
            lengthKnown
                ? HttpRequest.BodyPublishers.fromPublisher(
                    body, (long) head.length() + 95L * piece.length + end.length())
                : body)
        .build();
  }
}
