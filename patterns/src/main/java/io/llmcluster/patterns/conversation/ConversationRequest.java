package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.request.CallOptions;
import io.llmcluster.patterns.request.RequestFields;
import io.llmcluster.patterns.workflow.PatternRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads what a client asks for, checked and completed against who is there now. Everything wrong is
 * a {@link RefusedRequest} that names the field.
 */
final class ConversationRequest {

  private static final int LONGEST_TITLE = 200;
  private static final int MOST_AGENTS = 8;

  private final Cast cast;
  private final PatternRegistry patterns;

  ConversationRequest(Cast cast, PatternRegistry patterns) {
    this.cast = cast;
    this.patterns = patterns;
  }

  /** A conversation that is to begin. */
  ConversationDefinition conversation(
      ConversationCommand.Create create, ConversationSettings settings, long now) {
    RequestFields fields = new RequestFields(create.request());
    refuseForms(fields);
    List<Agent> agents = agents(fields);
    Optional<Agent> agent = agents.stream().findFirst();
    String title = fields.text("title", "");
    if (title.length() > LONGEST_TITLE) {
      throw new RefusedRequest("title", title.length() + " characters", "at most " + LONGEST_TITLE);
    }
    List<String> models = fields.texts("models", 8);
    String named = fields.text("model", models.isEmpty() ? "" : models.get(0));
    String model =
        named.isBlank()
            ? chosen(agent)
                .orElseThrow(
                    () ->
                        RefusedRequest.forNow(
                            "model: none is there (expected: a node with a model that chats)"))
            : named;
    ObjectNode options = CallOptions.checked(fields);
    agent.ifPresent(
        one ->
            options.putIfAbsent(
                "temperature", JsonNodeFactory.instance.numberNode(one.temperature())));
    ObjectNode patternOptions = fields.object("patternOptions").deepCopy();
    if (!patternOptions.has("models") && !named.isBlank()) { // patterns ask them too
      ArrayNode list = patternOptions.putArray("models");
      (models.isEmpty() ? List.of(named) : models).forEach(list::add);
    }
    if (agents.size() > 1 && !patternOptions.has("agents")) {
      ArrayNode list = patternOptions.putArray("agents");
      agents.forEach(one -> list.add(one.name()));
    }
    String pattern = pattern(fields, ConversationDefinition.NO_PATTERN);
    check(pattern, patternOptions);
    return new ConversationDefinition(
        create.requestHash(),
        create.tenant(),
        title,
        agent.map(Agent::name).orElse(""),
        fields.text("system", agent.map(Agent::system).orElse("")),
        model,
        named.isBlank(),
        options,
        agent.map(Agent::nodes).orElse(NodeConstraint.ANY),
        pattern,
        patternOptions,
        OnBusy.valueOf(
            fields
                .oneOf("onBusy", "enqueue", Set.of("enqueue", "reject", "interrupt"))
                .toUpperCase(Locale.ROOT)),
        fields.integer(
            "window",
            settings.window(),
            ConversationSettings.SMALLEST_WINDOW,
            ConversationSettings.LARGEST_WINDOW),
        now,
        agents.stream().map(Agent::name).toList());
  }

  /** A message, with what its conversation says where it says nothing. */
  Posting.Message message(ConversationCommand.Post post, ConversationDefinition conversation) {
    RequestFields fields = new RequestFields(post.message());
    refuseForms(fields);
    String content = fields.text("content", "");
    if (content.isBlank()) {
      throw new RefusedRequest("content: missing (expected: a text)");
    }
    Optional<Agent> agent = agent(fields.text("agent", ""), conversation.agents());
    String pattern =
        pattern(
            fields, agent.isPresent() ? ConversationDefinition.NO_PATTERN : conversation.pattern());
    ObjectNode options = conversation.patternOptions().deepCopy();
    options.setAll(fields.object("patternOptions"));
    check(pattern, options);
    return new Posting.Message(
        post.messageId(),
        post.hash(),
        content,
        pattern,
        options,
        agent.map(one -> speaker(one, conversation)).orElse(null));
  }

  /** What is said in a conversation is text, for whoever speaks next. */
  private static void refuseForms(RequestFields fields) {
    fields.refuseForm("format", "in a conversation");
    fields.within("patternOptions").refuseForm("format", "with a pattern");
  }

  /** An agent that a message names, in a conversation that may have begun with another one. */
  private Speaker speaker(Agent agent, ConversationDefinition conversation) {
    ObjectNode options = conversation.options().deepCopy();
    options.put("temperature", agent.temperature());
    String model =
        conversation.modelChosen()
            ? chosen(Optional.of(agent)).orElse(conversation.model())
            : conversation.model();
    return new Speaker(
        agent.name(), agent.system(), model, conversation.modelChosen(), options, agent.nodes());
  }

  /** The model that answers now; one that the cluster chose is replaced when it has gone. */
  String model(Speaker speaker) {
    if (!speaker.modelChosen() || cast.model(speaker.model()).isPresent()) {
      return speaker.model();
    }
    return chosen(agent(speaker.agent())).orElse(speaker.model());
  }

  private Optional<String> chosen(Optional<Agent> agent) {
    return agent
        .flatMap(one -> cast.speakerOf(one, List.of()))
        .or(() -> cast.choose(1).stream().findFirst());
  }

  /** Who can be talked to; the first one answers where a message does not say. */
  private List<Agent> agents(RequestFields fields) {
    Set<String> names = new LinkedHashSet<>();
    names.add(fields.text("agent", ""));
    names.addAll(fields.texts("agents", MOST_AGENTS));
    return names.stream()
        .filter(name -> !name.isEmpty())
        .map(name -> agent(name, List.of()).orElseThrow())
        .distinct()
        .toList();
  }

  /**
   * @param among who may be named; empty: anybody
   * @return empty if nobody is named
   */
  private Optional<Agent> agent(String name, List<String> among) {
    Optional<Agent> agent =
        agent(name).filter(one -> among.isEmpty() || among.contains(one.name()));
    if (agent.isEmpty() && !name.isEmpty()) {
      throw new RefusedRequest(
          "agent",
          name,
          "one of "
              + String.join(", ", new TreeSet<>(among.isEmpty() ? cast.agents().keySet() : among)));
    }
    return agent;
  }

  private Optional<Agent> agent(String name) {
    return cast.agents().values().stream()
        .filter(one -> one.name().equalsIgnoreCase(name))
        .findFirst();
  }

  private String pattern(RequestFields fields, String otherwise) {
    Set<String> names = new TreeSet<>(patterns.names());
    names.add(ConversationDefinition.NO_PATTERN);
    return fields.oneOf("pattern", otherwise, names);
  }

  /** So that what is wrong is told now, and not by every turn. */
  private void check(String name, ObjectNode options) {
    Optional<Pattern> pattern = patterns.newest(name);
    if (pattern.isPresent()) {
      ObjectNode trial = options.deepCopy();
      trial.putArray("messages").addObject().put("role", "user").put("content", "?");
      try {
        pattern.get().prepare(trial, cast);
      } catch (RefusedRequest refused) {
        throw refused.isForNow()
            ? refused
            : new RefusedRequest("patternOptions." + refused.getMessage());
      }
    }
  }
}
