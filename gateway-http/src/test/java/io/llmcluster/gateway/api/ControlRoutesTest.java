package io.llmcluster.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.TestDirectory;
import io.llmcluster.core.inference.ClusterInference;
import io.llmcluster.core.inference.InferenceSettings;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.placement.LeastLoad;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.relay.PullProgressMerge;
import io.llmcluster.gateway.server.Cancellation;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.testkit.Await;
import io.llmcluster.gateway.testkit.RecordingMember;
import io.llmcluster.gateway.testkit.SmallGateway;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.RequestReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Control calls, with nodes in every state of health. */
class ControlRoutesTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private static final String MEMBER = "here";
  private static final GatewaySettings SETTINGS = SmallGateway.listing();

  private final RecordingMember member = new RecordingMember();
  private final Directory directory = new Directory();
  private final NodeClients clients = new NodeClients(KIT.system(), 16 * 1024 * 1024);
  private final NodeAccess nodes = new NodeAccess(directory, clients);

  ControlRoutesTest() {
    clients.setLocal(MEMBER, member);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** A node that has model m; none of its models seems to be loaded. */
  private static NodeEntry node(String name, NodeHealth health, String reason) {
    return new NodeEntry(
        new NodeSpec(name, "127.0.0.1", 1, "", "", List.of(), BackendKind.OLLAMA, 0),
        1,
        MEMBER,
        "127.0.0.1",
        1,
        KIT.system().ignoreRef(),
        Hardware.UNKNOWN,
        health,
        reason,
        "",
        List.of(new InstalledModel("m:latest", "", 0, "", ModelDetails.UNKNOWN, List.of(), "", "")),
        List.of(),
        Map.of());
  }

  private void show(NodeEntry... all) {
    TestDirectory.show(directory, DirectoryView.of(List.of(), List.of(), List.of(all)));
  }

  private HttpResponse ask(HttpMethod method, String path, String body) {
    Materializer materializer = SystemMaterializer.get(KIT.system()).materializer();
    Router router = new Router();
    new ModelApi(
            new RequestBody(SETTINGS, materializer),
            nodes,
            new PullProgressMerge(Duration.ofSeconds(5), materializer),
            new ListedPatterns(List.of()))
        .addTo(router);
    new ClusterApi(directory, inference(materializer), () -> true).addTo(router);
    Exchange exchange =
        new Exchange(
            HttpRequest.create(path).withMethod(method).withEntity(body), "id", new Cancellation());
    return Await.the(router.find(method, path).handle(exchange));
  }

  private ClusterInference inference(Materializer materializer) {
    return new ClusterInference(
        directory,
        clients,
        new LeastLoad(),
        KIT.system().ignoreRef(),
        InferenceSettings.create(KIT.system().settings().config()),
        materializer);
  }

  private static String text(HttpResponse response) {
    return ((HttpEntity.Strict) response.entity()).getData().utf8String();
  }

  private static String servedBy(HttpResponse response) {
    return response.getHeader("X-Served-By").map(HttpHeader::value).orElse("");
  }

  @Test
  void an_unload_asks_every_healthy_node_that_has_the_model_loaded_or_not() {
    show(
        node("one", NodeHealth.UP, ""),
        node("two", NodeHealth.BUSY, ""),
        node("three", NodeHealth.DOWN, "lost"));
    for (Endpoint endpoint : List.of(Endpoint.GENERATE, Endpoint.CHAT)) {
      member.told.clear();
      HttpResponse answer =
          Await.the(
              new Unloading(nodes)
                  .unload(
                      new Exchange(HttpRequest.create(), "id", new Cancellation()),
                      endpoint,
                      RequestReader.read(
                          endpoint, ByteString.fromString("{\"model\":\"m\",\"keep_alive\":0}"))));
      assertThat(text(answer)).contains("\"done_reason\":\"unload\"");
      assertThat(member.told).containsExactlyInAnyOrder("unload one m", "unload two m");
    }
  }

  @Test
  void an_unload_that_a_node_refuses_is_its_error() {
    show(node("one", NodeHealth.UP, ""), node("two", NodeHealth.UP, ""));
    member.refuse("two", 500, "stuck");
    HttpResponse answer =
        Await.the(
            new Unloading(nodes)
                .unload(
                    new Exchange(HttpRequest.create(), "id", new Cancellation()),
                    Endpoint.GENERATE,
                    RequestReader.read(
                        Endpoint.GENERATE,
                        ByteString.fromString("{\"model\":\"m\",\"keep_alive\":0}"))));
    assertThat(answer.status().intValue()).isEqualTo(500);
    assertThat(text(answer)).isEqualTo("{\"error\":\"stuck\"}");
  }

  private Stream<HttpResponse> deletedAndCopied() {
    return Stream.of(
        ask(HttpMethods.DELETE, "/api/delete", "{\"model\":\"m\"}"),
        ask(HttpMethods.POST, "/api/copy", "{\"source\":\"m\",\"destination\":\"n\"}"));
  }

  @Test
  void where_every_node_that_has_it_did_it_the_answer_is_empty() {
    show(node("one", NodeHealth.UP, ""), node("two", NodeHealth.BUSY, ""));
    assertThat(deletedAndCopied())
        .allSatisfy(
            answer -> {
              assertThat(answer.status().intValue()).isEqualTo(200);
              assertThat(text(answer)).isEmpty();
              assertThat(servedBy(answer).split(", ")).containsExactlyInAnyOrder("one", "two");
            });
  }

  @Test
  void a_node_that_has_it_and_cannot_be_asked_is_named_and_the_others_do_it() {
    show(
        node("one", NodeHealth.UP, ""),
        node("two", NodeHealth.DOWN, "connection refused"),
        node("three", NodeHealth.BROKEN, ""));
    assertThat(deletedAndCopied())
        .allSatisfy(
            answer -> {
              assertThat(answer.status().intValue()).isEqualTo(503);
              assertThat(text(answer))
                  .isEqualTo(
                      "{\"error\":\"node three is broken; node two is down: connection refused; done on"
                          + " one\"}");
              assertThat(servedBy(answer)).isEqualTo("one");
            });
    assertThat(member.told).containsExactly("delete one m", "copy one m");
  }

  @Test
  void where_no_node_that_has_it_can_be_asked_each_is_named() {
    show(node("two", NodeHealth.DOWN, "connection refused"));
    assertThat(deletedAndCopied())
        .allSatisfy(
            answer -> {
              assertThat(answer.status().intValue()).isEqualTo(503);
              assertThat(text(answer))
                  .isEqualTo("{\"error\":\"node two is down: connection refused\"}");
            });
    assertThat(member.told).isEmpty();
  }

  @Test
  void one_of_several_nodes_that_fails_is_named_and_a_single_one_speaks_for_itself() {
    member.refuse("two", 500, "disk full");
    show(node("one", NodeHealth.UP, ""), node("two", NodeHealth.UP, ""));
    assertThat(text(ask(HttpMethods.DELETE, "/api/delete", "{\"model\":\"m\"}")))
        .isEqualTo("{\"error\":\"node two: disk full; done on one\"}");
    show(node("two", NodeHealth.UP, ""));
    HttpResponse alone = ask(HttpMethods.DELETE, "/api/delete", "{\"model\":\"m\"}");
    assertThat(alone.status().intValue()).isEqualTo(500);
    assertThat(text(alone)).isEqualTo("{\"error\":\"disk full\"}");
  }

  @Test
  void what_is_no_page_below_the_nodes_is_answered_as_any_unknown_path() {
    show(node("one", NodeHealth.UP, ""));
    for (String path : List.of("/api/nodes/one", "/api/nodes/models", "/api/nodes/a/b/models")) {
      HttpResponse answer = ask(HttpMethods.GET, path, "");
      assertThat(answer.status().intValue()).as(path).isEqualTo(404);
      assertThat(text(answer)).as(path).isEqualTo("404 page not found");
      assertThat(answer.entity().getContentType())
          .as(path)
          .hasToString("text/plain; charset=UTF-8");
    }
    assertThat(text(ask(HttpMethods.GET, "/api/nodes/one/models", ""))).contains("m:latest");
    assertThat(text(ask(HttpMethods.GET, "/api/nodes/two/models", "")))
        .isEqualTo("{\"error\":\"node 'two' not found\"}");
  }

  @Test
  void a_whole_answer_to_a_pull_names_no_charset() {
    show(node("one", NodeHealth.UP, ""));
    HttpResponse answer =
        ask(HttpMethods.POST, "/api/pull", "{\"model\":\"new\",\"stream\":false}");
    assertThat(text(answer)).isEqualTo("{\"status\":\"success\"}");
    assertThat(answer.entity().getContentType()).hasToString("application/json");
  }
}
