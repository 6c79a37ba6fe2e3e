package io.llmcluster.patterns.task;

import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Results of tasks, for models and for people. */
public final class Results {

  private Results() {}

  /** How a result is called before a model: one line that no other result has. */
  public static String label(Task task) {
    String role = task.role().isEmpty() ? "" : ", " + task.role();
    return "[" + task.id() + role + "] " + task.title().replaceAll("\\s+", " ");
  }

  /**
   * Results as they go into a prompt.
   *
   * @param step whose output the result of a task is
   */
  public static List<Prompt.Item> items(List<Task> tasks, Function<Task, String> step) {
    return tasks.stream().map(task -> Prompt.Item.whole(label(task), step.apply(task))).toList();
  }

  /** Put one below the other, when no model could do better; a single one as it is. */
  public static String joined(List<Task> tasks, Function<Task, String> step, Run run) {
    if (tasks.size() == 1) {
      return run.output(step.apply(tasks.get(0))).orElse("");
    }
    return tasks.stream()
        .map(task -> "## " + label(task) + "\n\n" + run.output(step.apply(task)).orElse("").strip())
        .collect(Collectors.joining("\n\n"));
  }
}
