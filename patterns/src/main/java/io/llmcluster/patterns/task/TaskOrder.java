package io.llmcluster.patterns.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sorts tasks so that each comes after those that it needs (A. B. Kahn, Topological sorting of
 * large networks, CACM 5(11), 1962).
 *
 * @param ordered those that could be sorted
 * @param rest those on a cycle, or behind one
 */
record TaskOrder(List<Task> ordered, List<Task> rest) {

  /** Ids are unique; dependencies that are no task here count as met. */
  static TaskOrder of(List<Task> tasks) {
    Map<String, Task> byId = new LinkedHashMap<>();
    tasks.forEach(task -> byId.put(task.id(), task));
    Map<String, Integer> open = new HashMap<>();
    Map<String, List<Task>> dependents = new HashMap<>();
    for (Task task : tasks) {
      List<String> needed = task.dependsOn().stream().filter(byId::containsKey).toList();
      open.put(task.id(), needed.size());
      needed.forEach(id -> dependents.computeIfAbsent(id, key -> new ArrayList<>()).add(task));
    }
    Deque<Task> free = new ArrayDeque<>();
    tasks.stream().filter(task -> open.getOrDefault(task.id(), 0) == 0).forEach(free::add);
    List<Task> ordered = new ArrayList<>();
    while (!free.isEmpty()) {
      Task task = free.remove();
      ordered.add(task);
      for (Task dependent : dependents.getOrDefault(task.id(), List.of())) {
        if (open.merge(dependent.id(), -1, Integer::sum) == 0) {
          free.add(dependent);
        }
      }
    }
    return new TaskOrder(ordered, tasks.stream().filter(task -> !ordered.contains(task)).toList());
  }

  /** The ids along one cycle, the first one again at the end; empty if there is none. */
  List<String> cycle() {
    if (rest.isEmpty()) {
      return List.of();
    }
    Map<String, Task> byId = new HashMap<>();
    rest.forEach(task -> byId.put(task.id(), task));
    List<String> path = new ArrayList<>();
    Task at = rest.get(0);
    while (!path.contains(at.id())) {
      path.add(at.id());
      // each of the rest needs at least one of the rest, or it could have been sorted
      at = at.dependsOn().stream().filter(byId::containsKey).map(byId::get).findFirst().orElse(at);
    }
    List<String> cycle = new ArrayList<>(path.subList(path.indexOf(at.id()), path.size()));
    cycle.add(at.id());
    return cycle;
  }
}
