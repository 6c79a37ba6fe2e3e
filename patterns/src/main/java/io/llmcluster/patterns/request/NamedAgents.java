package io.llmcluster.patterns.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.RefusedRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The field {@code agents} of a request whose work is done by agents: who takes part, by name.
 * Whoever plans and whoever checks is always there.
 */
public final class NamedAgents {

  private static final String FIELD = "agents";
  private static final int MOST = 32;

  private NamedAgents() {}

  /**
   * Those who are there of the agents that a request names; all if it names none.
   *
   * @param prepared gets the field too, so that a fork knows it
   */
  public static Cast among(ObjectNode request, ObjectNode prepared, Cast cast) {
    List<String> named = new RequestFields(request).texts(FIELD, MOST);
    if (named.isEmpty()) {
      return cast;
    }
    Map<String, Agent> agents = new HashMap<>();
    for (Agent agent : cast.agents().values()) {
      if (!works(agent.name()) || named.stream().anyMatch(agent.name()::equalsIgnoreCase)) {
        agents.put(agent.name(), agent);
      }
    }
    if (agents.keySet().stream().noneMatch(NamedAgents::works)) {
      throw new RefusedRequest(
          FIELD,
          String.join(", ", named),
          "some of "
              + String.join(
                  ", ",
                  new TreeSet<>(
                      cast.agents().keySet().stream().filter(NamedAgents::works).toList())));
    }
    ArrayNode list = prepared.putArray(FIELD);
    named.forEach(list::add);
    return new Cast(cast.models(), agents);
  }

  private static boolean works(String name) {
    return !name.equals(Crew.COORDINATOR) && !name.equals(Crew.CRITIC);
  }
}
