package io.llmcluster.patterns.task;

import static io.llmcluster.patterns.task.PlanCheckTest.task;
import static io.llmcluster.patterns.task.TaskStatus.FAILED;
import static io.llmcluster.patterns.task.TaskStatus.PENDING;
import static io.llmcluster.patterns.task.TaskStatus.READY;
import static io.llmcluster.patterns.task.TaskStatus.RUNNING;
import static io.llmcluster.patterns.task.TaskStatus.SKIPPED;
import static io.llmcluster.patterns.task.TaskStatus.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  /** a and b are free, c needs a, d needs b, e needs c and d. */
  private static final TaskPlan PLAN =
      new TaskPlan(
          List.of(task("e", "c", "d"), task("a"), task("b"), task("c", "a"), task("d", "b")));

  private static Schedule schedule(Map<String, TaskStatus> recorded, String... dispensable) {
    return Schedule.of(
        PLAN,
        task -> recorded.getOrDefault(task.id(), PENDING),
        task -> List.of(dispensable).contains(task.id()));
  }

  private static List<String> ids(Schedule schedule, TaskStatus status) {
    return schedule.all(status).stream().map(Task::id).toList();
  }

  @Test
  void a_task_is_ready_when_its_own_dependencies_are_done_whatever_the_others_do() {
    Schedule schedule = schedule(Map.of("a", SUCCEEDED, "b", RUNNING));
    assertThat(ids(schedule, READY)).containsExactly("c");
    assertThat(ids(schedule, PENDING)).containsExactly("e", "d");
    assertThat(ids(schedule(Map.of()), READY)).containsExactly("a", "b");
  }

  @Test
  void what_needs_a_failed_task_is_skipped_down_to_the_end() {
    Schedule schedule = schedule(Map.of("a", FAILED, "b", SUCCEEDED, "d", SUCCEEDED));
    assertThat(ids(schedule, SKIPPED)).containsExactly("e", "c");
    assertThat(schedule.isOver()).isTrue();
  }

  @Test
  void what_needs_a_dispensable_failed_task_goes_on_without_it() {
    Schedule schedule = schedule(Map.of("a", FAILED, "b", SUCCEEDED), "a");
    assertThat(ids(schedule, READY)).containsExactly("c", "d");
    assertThat(ids(schedule, SKIPPED)).isEmpty();
  }

  @Test
  void sinks_are_what_nothing_needs() {
    assertThat(TaskPlan.sinks(PLAN.tasks())).containsExactly(task("e", "c", "d"));
  }

  @Test
  void the_status_follows_from_the_step() {
    StepSpec model = StepSpec.of("task/a", "task", "l", "m", Prompt.of("task/whole"), Map.of());
    StepRecord begun = StepRecord.begun(model);
    StepRecord outside = StepRecord.begun(model.outside());
    assertThat(status(begun)).isEqualTo(RUNNING);
    assertThat(status(begun.failed("down", false, 1))).isEqualTo(RUNNING);
    assertThat(status(begun.failed("down", true, 0))).isEqualTo(FAILED);
    assertThat(status(begun.completed(1, "x", 1, 1, 1, "stop", "n"))).isEqualTo(SUCCEEDED);
    assertThat(status(begun.completed(1, " \n", 1, 1, 1, "stop", "n"))).isEqualTo(FAILED);
    assertThat(status(begun.skipped("cancelled"))).isEqualTo(TaskStatus.CANCELLED);
    assertThat(status(outside)).isEqualTo(READY);
    assertThat(status(outside.taken("me", 5))).isEqualTo(RUNNING);
    assertThat(status(outside.completed(1, "", 0, 0, 0, "stop", "me"))).isEqualTo(SUCCEEDED);
  }

  private static TaskStatus status(StepRecord step) {
    return TaskStatus.ofStep("task/a", Run.of(Simulation.object("{}")).with(step));
  }
}
