package io.llmcluster.gateway.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.model.Agent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The agents that are configured. */
final class AgentApi {

  private final Conversations conversations;

  AgentApi(Conversations conversations) {
    this.conversations = conversations;
  }

  CompletionStage<HttpResponse> list(Exchange exchange) {
    ObjectNode view = JsonBody.JSON.createObjectNode();
    ArrayNode agents = view.putArray("agents");
    for (Agent agent : conversations.agents()) {
      ObjectNode one = agents.addObject();
      one.put("name", agent.name())
          .put("system", agent.system())
          .put("temperature", agent.temperature());
      one.set("model", JsonBody.JSON.valueToTree(agent.model()));
      one.set("nodes", JsonBody.JSON.valueToTree(agent.nodes()));
    }
    return CompletableFuture.completedStage(JsonBody.answer(200, view));
  }
}
