package io.llmcluster.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.Measured;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What changes at a backend is told by each of three members, and within what time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterViewIT {

  private final StandIn changing = StandIn.start("changing").models("m:latest");
  private final StandIn busy = StandIn.start("busy").models("busy:latest");
  private final StandIn ending = StandIn.start("ending").models("other:latest");
  private final List<MemberProcess> members = new ArrayList<>();

  @BeforeAll
  void startCluster() {
    String nodes = "nodes=[" + changing.node(4) + "," + busy.node(4) + "," + ending.node(4) + "]";
    members.add(MemberProcess.start(nodes));
    members.add(MemberProcess.start(members.get(0).joins(), nodes));
    members.add(MemberProcess.start(members.get(0).joins(), nodes));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                members.stream().allMatch(member -> member.gateway().members() == 3)
                    && List.of("changing", "busy", "ending").stream()
                        .allMatch(node -> everyMember(node, told -> health(told).equals("up"))));
  }

  @AfterAll
  void stop() {
    members.forEach(MemberProcess::close);
    changing.close();
    busy.close();
    ending.close();
  }

  private static String health(JsonNode node) {
    return node.path("health").asText();
  }

  private boolean everyMember(String node, Predicate<JsonNode> tells) {
    return members.stream().allMatch(member -> tells.test(member.gateway().node(node)));
  }

  @Test
  void every_member_learns_of_models() {
    changing.models("m:latest", "added:latest");
    Measured.await(
        "a model that was added to a backend is listed by every member",
        1000,
        () ->
            members.stream()
                .map(MemberProcess::gateway)
                .allMatch(
                    gateway ->
                        gateway
                            .get("/api/tags")
                            .path("models")
                            .findValuesAsText("name")
                            .contains("added:latest")));
  }

  @Test
  void every_member_learns_of_health() {
    ending.close();
    Measured.await(
        "a backend that refuses connections is not up at any member",
        1000,
        () -> everyMember("ending", node -> node.has("health") && !health(node).equals("up")));
  }

  @Test
  void every_member_learns_of_load() {
    busy.answers(100_000, Duration.ofMillis(50));
    Gateway gateway = members.get(1).gateway();
    CompletableFuture<HttpResponse<String>> running =
        gateway.sendAsync("POST", "/api/generate", "{\"model\":\"busy\",\"prompt\":\"x\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> busy.running.get() == 1);
    Measured.await(
        "a request that a backend has begun counts at every member",
        1000,
        () -> everyMember("busy", node -> node.path("active").asInt() == 1));
    running.cancel(true);
    Measured.await(
        "a request whose client has left counts at no member",
        1000,
        () -> everyMember("busy", node -> node.path("active").asInt(-1) == 0));
  }
}
