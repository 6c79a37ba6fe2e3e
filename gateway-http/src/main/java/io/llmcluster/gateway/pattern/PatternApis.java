package io.llmcluster.gateway.pattern;

import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.PatternSettings;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.stream.Materializer;

/** All endpoints of patterns and workflows. */
public final class PatternApis {

  private PatternApis() {}

  public static void addTo(
      Router router,
      GatewaySettings settings,
      PatternSettings patterns,
      Workflows workflows,
      RequestBody requests,
      Materializer materializer) {
    JsonBody bodies = new JsonBody(requests, patterns.maxRequestBytes());
    WorkflowAnswers answers = new WorkflowAnswers(workflows, materializer);
    new PatternApi(
            workflows,
            bodies,
            answers,
            new ExecutionControl(workflows, bodies, answers),
            new EventStreams(workflows, answers, settings.writeTimeout()))
        .addTo(router);
    PatternSocket socket =
        new PatternSocket(workflows, answers, settings.writeTimeout(), materializer);
    router.below(HttpMethods.GET, PatternSocket.PATH, socket::open);
  }
}
