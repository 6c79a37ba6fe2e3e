package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.model.CrewMember;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Gives steps to the agents of a run: each speaks with its model, its temperature, its nodes. */
public final class Worker {

  /** Tokens that an output that is JSON may have at least: for its frame, and for each task. */
  private static final int FRAME_TOKENS = 512;

  private static final int TASK_TOKENS = 128;

  /** Of an answer that a request says nothing about. */
  private static final double TEMPERATURE = 0.7;

  private final ObjectNode request;
  private final Crew crew;
  private final long structuredTokens;

  /**
   * Of one run.
   *
   * @param mostTasks of a plan; a model that rambles is cut where such a plan could end
   */
  public Worker(ObjectNode request, int mostTasks) {
    this.request = request;
    this.crew = Crew.of(request);
    this.structuredTokens = FRAME_TOKENS + (long) TASK_TOKENS * mostTasks;
  }

  public Crew crew() {
    return crew;
  }

  /** Whoever has the role; else the plain model. */
  public CrewMember member(String role) {
    return crew.find(role)
        .orElseGet(
            () ->
                new CrewMember(
                    "",
                    "",
                    request.path("options").path("temperature").asDouble(TEMPERATURE),
                    CommonRequest.models(request).get(0),
                    NodeConstraint.ANY));
  }

  /**
   * A step of the one who has a role.
   *
   * @param seed what the chance of this step adds to that of its run
   */
  public StepSpec step(String id, String kind, String role, Prompt prompt, int seed) {
    CrewMember member = member(role);
    String lane = member.role().isEmpty() ? member.model() : member.role();
    return StepSpec.of(
            id, kind, lane, member.model(), spokenBy(member, prompt), options(member, seed))
        .on(member.nodes());
  }

  /** The same with an output that must match a schema, and room for it. */
  public StepSpec structured(
      String id, String kind, String role, Prompt prompt, String schema, int seed) {
    StepSpec step = step(id, kind, role, prompt, seed);
    Map<String, Object> options = new HashMap<>(step.options());
    if (options.get("num_predict") instanceof Long tokens && tokens > 0) {
      options.put("num_predict", Math.max(tokens, structuredTokens));
    }
    return StepSpec.of(id, kind, step.lane(), step.model(), step.prompt(), options)
        .on(step.nodes())
        .matching(schema);
  }

  private static Prompt spokenBy(CrewMember member, Prompt prompt) {
    return member.system().isBlank() ? prompt : prompt.value("system", member.system());
  }

  private Map<String, Object> options(CrewMember member, int seed) {
    return CommonRequest.options(request, member.temperature(), CommonRequest.seed(request) + seed);
  }

  /** The roles that a plan may give, one a line, with what each is. */
  public String roles() {
    return crew.workers().stream()
        .map(member -> "- " + member.role() + ": " + member.system().replaceAll("\\s+", " "))
        .collect(Collectors.joining("\n"));
  }

  public List<String> roleNames() {
    return crew.workers().stream().map(CrewMember::role).toList();
  }

  /** The prompt of a task. */
  public static Prompt work(String template, Task task, List<Prompt.Item> inputs) {
    Prompt prompt =
        Prompt.of(template)
            .value("title", task.title())
            .value("instruction", task.instruction())
            .list("inputs", inputs);
    prompt = with(prompt, "expectedOutput", task.expectedOutput());
    return with(prompt, "acceptance", task.acceptance());
  }

  /** With a value that a template asks for only if it is there. */
  public static Prompt with(Prompt prompt, String name, String value) {
    return value.isBlank() ? prompt : prompt.value(name, value);
  }
}
