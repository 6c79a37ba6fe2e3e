package io.llmcluster.patterns.program;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import java.util.List;
import java.util.Set;

/**
 * A way of getting an answer out of several model calls. It is a pure program: from the request and
 * what has been recorded so far, it says what to do next. Persisting, calling, retrying, pausing,
 * cancelling and recovering is the interpreter's business.
 *
 * <p>A program is asked again after every recorded event and after every crash, so it must answer
 * the same to the same record: no clock, no randomness but the request's {@code seed}, no state.
 */
public interface Pattern {

  /** As the API names it, for example {@code ensemble}. */
  String name();

  /**
   * Counts up when the program's answers change. A workflow keeps the version that it began with,
   * so the old program stays registered as long as workflows of it may run.
   */
  int version();

  /** The templates that it uses; with the schemas they make up the hash of its definition. */
  List<String> prompts();

  /** The schemas that it uses. */
  List<String> schemas();

  /**
   * Checks a request and fills in everything that was left out, so that nothing that changes later
   * (defaults, models at hand, agents) can change a run that has begun.
   *
   * @param request as the client sent it; not changed
   * @param cast the models and agents that are there now
   * @return the complete request, which is stored
   * @throws RefusedRequest naming the offending field and what was expected
   */
  ObjectNode prepare(ObjectNode request, Cast cast);

  /** What a prepared request will probably cost, told before it starts. */
  Estimate estimate(ObjectNode prepared);

  /** What to do now. */
  Plan next(Run run);

  /**
   * Whether what this step's model writes is the run's answer as it stands, unless the step fails:
   * a client may be told it while it is written.
   *
   * @param request the prepared one
   */
  default boolean writesAnswer(ObjectNode request, StepSpec step) {
    return false;
  }

  /**
   * Whether a decision holds although steps are forgotten, to be made again. One that does not is
   * taken anew.
   *
   * @param forgotten ids of steps
   */
  default boolean outlasts(Decision decision, Set<String> forgotten) {
    return false;
  }

  /**
   * Whether a decision was what it is because the budget left no room for more: with a larger one
   * it is taken anew.
   */
  default boolean wantsBudget(Decision decision) {
    return false;
  }

  /**
   * What is wrong with an input that a person gives, one line for each error; empty: it is taken.
   *
   * @param id of the {@link InputRequest}
   */
  default List<String> refuseInput(Run run, String id, JsonNode value) {
    return List.of();
  }

  /**
   * Adds what this pattern alone has to say to the public view of a run ({@code rounds}, {@code
   * plan}, ...).
   */
  default void describe(Run run, ObjectNode view) {}
}
