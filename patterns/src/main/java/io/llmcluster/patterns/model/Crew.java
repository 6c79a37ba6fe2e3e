package io.llmcluster.patterns.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.core.model.ModelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The agents of one run, each with its model. It is written into the prepared request, so that what
 * is configured later does not change a run that has begun.
 *
 * @param members sorted by role
 */
public record Crew(List<CrewMember> members) {

  /** Who plans, and puts results together. */
  public static final String COORDINATOR = "Coordinator";

  /** Who checks what others did. */
  public static final String CRITIC = "Critic";

  private static final String FIELD = "crew";
  private static final String CHOSEN = "modelsChosen";

  public Crew {
    members = List.copyOf(members);
  }

  /**
   * Writes the crew into a request that is being prepared. Models that the cluster chose do not
   * bind the agents, not even when a prepared request is prepared again, for a fork.
   *
   * @param request as it was given
   * @param prepared with the common fields
   */
  public static void prepare(ObjectNode request, ObjectNode prepared, Cast cast) {
    boolean chosen = prepared.path(CHOSEN).asBoolean() || request.path(CHOSEN).asBoolean();
    prepared.put(CHOSEN, chosen);
    List<String> named = new ArrayList<>();
    if (!chosen) {
      prepared.path("models").forEach(model -> named.add(model.asText()));
    }
    assemble(cast, named).writeTo(prepared);
  }

  /**
   * Finds a model for every agent.
   *
   * @param among names of models that may be taken, the first one for agents that find no better;
   *     empty: all
   */
  public static Crew assemble(Cast cast, Collection<String> among) {
    List<CrewMember> members = new ArrayList<>();
    for (Agent agent : cast.agents().values()) {
      cast.speakerOf(wishingAmong(agent, among), among)
          .ifPresent(
              model ->
                  members.add(
                      new CrewMember(
                          agent.name(),
                          agent.system(),
                          agent.temperature(),
                          model,
                          agent.nodes())));
    }
    members.sort(Comparator.comparing(CrewMember::role));
    return new Crew(members);
  }

  /** What a client names outweighs what an agent wishes for by name. */
  private static Agent wishingAmong(Agent agent, Collection<String> among) {
    if (among.isEmpty()) {
      return agent;
    }
    List<String> keys = among.stream().map(ModelName::key).toList();
    ModelPreference all = agent.model();
    ModelPreference left =
        new ModelPreference(
            all.names().stream().filter(name -> keys.contains(ModelName.key(name))).toList(),
            all.families(),
            all.capabilities(),
            all.minBillions(),
            all.maxBillions());
    return new Agent(agent.name(), agent.system(), agent.temperature(), left, agent.nodes());
  }

  /** Whoever has that role, whatever its case. */
  public Optional<CrewMember> find(String role) {
    return members.stream().filter(member -> member.role().equalsIgnoreCase(role)).findFirst();
  }

  /** Those that neither plan nor check. */
  public List<CrewMember> workers() {
    return members.stream()
        .filter(member -> !member.role().equals(COORDINATOR) && !member.role().equals(CRITIC))
        .toList();
  }

  /** The roles that a plan may give, one a line, with what each is; empty if there are none. */
  public String roles() {
    return workers().stream()
        .map(member -> "- " + member.role() + ": " + member.system().replaceAll("\\s+", " "))
        .collect(Collectors.joining("\n"));
  }

  /** Where in a prepared request the system prompt of a member stands. */
  public static String systemPointer(int position) {
    return "/" + FIELD + "/" + position + "/system";
  }

  public void writeTo(ObjectNode prepared) {
    ArrayNode list = prepared.putArray(FIELD);
    for (CrewMember member : members) {
      ObjectNode one = list.addObject();
      one.put("role", member.role()).put("system", member.system());
      one.put("temperature", member.temperature()).put("model", member.model());
      ObjectNode nodes = one.putObject("nodes");
      nodes.set("types", texts(member.nodes().types()));
      nodes.set("platforms", texts(member.nodes().platforms()));
      nodes.set("capabilities", texts(member.nodes().capabilities()));
    }
  }

  public static Crew of(JsonNode prepared) {
    List<CrewMember> members = new ArrayList<>();
    for (JsonNode one : prepared.path(FIELD)) {
      JsonNode nodes = one.path("nodes");
      members.add(
          new CrewMember(
              one.path("role").asText(),
              one.path("system").asText(),
              one.path("temperature").asDouble(),
              one.path("model").asText(),
              new NodeConstraint(
                  texts(nodes.path("types")),
                  texts(nodes.path("platforms")),
                  texts(nodes.path("capabilities")))));
    }
    return new Crew(members);
  }

  private static ArrayNode texts(List<String> texts) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    texts.forEach(list::add);
    return list;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
