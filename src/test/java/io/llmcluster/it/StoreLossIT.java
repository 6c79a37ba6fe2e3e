package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import io.llmcluster.core.testkit.FerretDb;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import io.llmcluster.testkit.TcpLink;
import io.llmcluster.testkit.Workflow;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store is away, until all submissions of that time have been refused. On FerretDB the server
 * process is killed (-9) and started again; on a given MongoDB, which is not ours to kill, the way
 * to it is cut, so that only the members' side of an outage is shown.
 */
class StoreLossIT {

  private static final List<String> KINDS = List.of("ensemble", "decompose", "debate", "maestro");
  private static final int REFUSED = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder = Path.of("");

  /** What takes the store away and brings it back. */
  private interface Switch {
    void turn() throws Exception;
  }

  @Test
  void a_killed_ferretdb_loses_no_workflow_and_all_go_on_by_themselves() throws Exception {
    try (FerretDb server = FerretDb.start(folder)) {
      outage(server.uri() + "/?", server::kill, server::startAgain);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "LLM_CLUSTER_TEST_MONGODB", matches = ".+")
  void a_given_mongodb_out_of_reach_loses_no_workflow_and_all_go_on_by_themselves()
      throws Exception {
    String uri = System.getenv("LLM_CLUSTER_TEST_MONGODB");
    String host = new ConnectionString(uri).getHosts().get(0);
    ServerAddress server = new ServerAddress(host);
    try (TcpLink link = new TcpLink(server.getHost(), server.getPort())) {
      String through =
          uri.replaceFirst("://([^/@]*@)?[^/?]*/?", "://$1127.0.0.1:" + link.port() + "/");
      outage(
          through + (through.contains("?") ? "&" : "?") + "directConnection=true&",
          link::cut,
          link::mend);
    }
  }

  /**
   * @param uri to which an option can be added
   */
  private void outage(String uri, Switch away, Switch back) throws Exception {
    String database = "llm-cluster-test-" + UUID.randomUUID().toString().substring(0, 8);
    try (StandIn backend = StandIn.start("n").answers(20, Duration.ofMillis(50));
        MemberProcess member =
            MemberProcess.start(
                "nodes=[" + backend.node(32) + "]",
                "data-dir=\"" + folder + "\"",
                // an operator's patience would be a minute
                "mongodb.uri=\"" + uri + "serverSelectionTimeoutMS=3000\"",
                "mongodb.database=" + database)) {
      Gateway gateway = member.gateway();
      List<Workflow> acknowledged = new ArrayList<>();
      for (int i = 0; i < KINDS.size(); i++) {
        acknowledged.add(Workflow.begin(gateway, KINDS.get(i), request(i)));
      }
      away.turn();
      List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
      for (int i = 0; i < REFUSED; i++) {
        asked.add(submit(gateway, i));
      }
      for (CompletableFuture<HttpResponse<String>> one : asked) {
        HttpResponse<String> refused = one.join();
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      }
      HttpResponse<String> view =
          gateway.send("GET", "/api/patterns/execution/" + acknowledged.get(0).id(), "");
      assertThat(view.statusCode()).as(view.body()).isEqualTo(503);
      assertThat(acknowledged.stream().filter(Workflow::isOver)).isEmpty();
      int calls = backend.received.get();
      back.turn();
      // Nobody asks for a workflow: those that are not done call models by themselves.
      Awaitility.await().atMost(PATIENCE).until(() -> backend.received.get() > calls);
      acknowledged.forEach(workflow -> assertEndsOnce(gateway, workflow));
      // What was refused may be sent again; it is the same workflow, whatever became of it.
      for (int i = 0; i < REFUSED; i++) {
        assertThat(submit(gateway, i).join().statusCode()).isIn(200, 202);
      }
    }
  }

  private static String request(int i) {
    return "{\"prompt\":\"question " + i + "\",\"models\":[\"m\"]}";
  }

  private static CompletableFuture<HttpResponse<String>> submit(Gateway gateway, int i) {
    return gateway.sendAsync(
        "POST", "/api/patterns/ensemble", request(i), "Idempotency-Key", "key-" + i);
  }

  private static void assertEndsOnce(Gateway gateway, Workflow workflow) {
    Awaitility.await(workflow.id())
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(workflow.view(gateway).toString())
                    .contains("\"status\":\"completed\",\"answer\""));
    workflow.follow(gateway);
    WorkflowLossIT.assertToldOnce(workflow);
  }
}
