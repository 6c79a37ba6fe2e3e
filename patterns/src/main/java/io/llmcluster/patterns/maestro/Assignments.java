package io.llmcluster.patterns.maestro;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.task.PlanCheck;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskPlan;
import io.llmcluster.patterns.task.Worker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Reads a coordinator's assignments, and says what is wrong with them. */
final class Assignments {

  /** Characters of an unknown role that are told. */
  private static final int SHOWN = 40;

  private Assignments() {}

  static List<Task> read(JsonNode value, int generation) {
    return TaskPlan.planned(value.path("assignments"), generation);
  }

  static boolean isSimple(JsonNode analysis) {
    return analysis.path("complexity").asText().equals("simple");
  }

  /** What a schema cannot say about an analysis; a simple request needs no assignments. */
  static List<String> errors(JsonNode analysis, MaestroParams params, Worker worker) {
    return isSimple(analysis) ? List.of() : errors(read(analysis, 0), params, worker, List.of());
  }

  /**
   * @param done ids of assignments that are done already
   */
  static List<String> errors(
      List<Task> assignments, MaestroParams params, Worker worker, Collection<String> done) {
    List<String> errors =
        new ArrayList<>(PlanCheck.errors(assignments, params.maxAssignments(), done));
    List<String> roles = worker.roleNames();
    if (errors.isEmpty() && !roles.isEmpty()) {
      for (Task task : assignments) {
        if (roles.stream().noneMatch(task.role()::equalsIgnoreCase)) {
          String role = task.role();
          errors.add(
              "assignment "
                  + task.id()
                  + ": role "
                  + (role.length() <= SHOWN ? role : role.substring(0, SHOWN) + "...")
                  + " (expected: one of "
                  + String.join(", ", roles)
                  + ")");
        }
      }
    }
    return errors;
  }
}
