package io.llmcluster.gateway.api;

import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.inference.ClusterInference;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.conversation.ConversationApi;
import io.llmcluster.gateway.pattern.ChatSocket;
import io.llmcluster.gateway.pattern.PatternApis;
import io.llmcluster.gateway.pattern.PatternModels;
import io.llmcluster.gateway.relay.PullProgressMerge;
import io.llmcluster.gateway.relay.Relay;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.workflow.WorkflowApi;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.PatternSettings;
import java.util.function.BooleanSupplier;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.stream.Materializer;

/** All endpoints of a gateway. */
public final class Apis {

  private Apis() {}

  /**
   * @param ready whether this gateway can serve
   */
  public static Router router(
      GatewaySettings settings,
      Directory directory,
      NodeClients clients,
      ClusterInference inference,
      Workflows workflows,
      Conversations conversations,
      PatternSettings patternSettings,
      BooleanSupplier ready,
      Materializer materializer) {
    Router router = new Router();
    NodeAccess nodes = new NodeAccess(directory, clients);
    RequestBody bodies = new RequestBody(settings, materializer);
    PatternModels patternModels =
        new PatternModels(
            workflows,
            name -> !directory.view().withModel(ModelName.key(name)).isEmpty(),
            patternSettings.maxRequestBytes(),
            settings.writeTimeout(),
            materializer);
    InferenceApi inferenceApi =
        new InferenceApi(
            bodies,
            new Relay(inference, settings, materializer),
            new Unloading(nodes),
            patternModels);
    inferenceApi.addTo(router);
    ChatSocket chats = new ChatSocket(inferenceApi::chat, settings.writeTimeout(), materializer);
    router.at(HttpMethods.GET, ChatSocket.PATH, chats::open);
    ListedPatterns listed = new ListedPatterns(settings.listedPatterns());
    new ModelApi(
            bodies, nodes, new PullProgressMerge(settings.writeTimeout(), materializer), listed)
        .addTo(router);
    new ListingApi(directory, listed).addTo(router);
    new ClusterApi(directory, inference, ready).addTo(router);
    PatternApis.addTo(router, settings, patternSettings, workflows, bodies, materializer);
    new ConversationApi(
            conversations,
            new JsonBody(bodies, patternSettings.maxRequestBytes()),
            materializer,
            settings.writeTimeout())
        .addTo(router);
    WorkflowApi.addTo(router, patternSettings, workflows, bodies, materializer);
    return router;
  }
}
