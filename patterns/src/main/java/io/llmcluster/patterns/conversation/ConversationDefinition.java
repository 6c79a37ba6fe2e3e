package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.NodeConstraint;
import java.util.List;

/**
 * What a conversation began with.
 *
 * @param requestHash of the request as the client sent it: the same key with another request is
 *     refused
 * @param tenant whose it is
 * @param title for people; may be empty
 * @param agent its name; empty: none
 * @param system what the model is told to be; empty: nothing
 * @param model that answers
 * @param modelChosen whether the cluster chose it; then another one takes its place if it goes
 * @param options Ollama's, for each answer; the agent's temperature among them
 * @param nodes where answers may be made
 * @param pattern that answers, by name; {@code none}: the model alone
 * @param patternOptions fields of the pattern's request
 * @param onBusy what happens to a message that comes while a turn runs
 * @param window tokens that the model is shown of the conversation
 * @param createdAt ms since 1970
 * @param agents who can be talked to, by name, {@code agent} the first of them; empty: anybody
 */
public record ConversationDefinition(
    String requestHash,
    String tenant,
    String title,
    String agent,
    String system,
    String model,
    boolean modelChosen,
    ObjectNode options,
    NodeConstraint nodes,
    String pattern,
    ObjectNode patternOptions,
    OnBusy onBusy,
    int window,
    long createdAt,
    List<String> agents) {

  /** Conversations of an earlier version have no list of agents. */
  public ConversationDefinition {
    agents = agents == null ? List.of() : List.copyOf(agents);
  }

  /** In the place of a pattern's name: a single model call. */
  public static final String NO_PATTERN = "none";
}
