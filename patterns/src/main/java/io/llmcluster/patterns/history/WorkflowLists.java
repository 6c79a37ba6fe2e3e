package io.llmcluster.patterns.history;

import io.llmcluster.patterns.workflow.Definition;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The workflows that lists show, newest first; of too many, the oldest are dropped. */
public final class WorkflowLists implements ListActor.Listing {

  private static final Comparator<WorkflowSummary> NEWEST_FIRST =
      Comparator.comparingLong(WorkflowSummary::createdAt)
          .reversed()
          .thenComparing(WorkflowSummary::id);

  private final int most;

  /** What a status hides: a paused workflow may wait for somebody too. */
  private final Set<String> asked = new HashSet<>();

  private final Set<String> paused = new HashSet<>();
  private final Map<String, WorkflowSummary> byId = new HashMap<>();
  private final TreeSet<WorkflowSummary> sorted = new TreeSet<>(NEWEST_FIRST);

  WorkflowLists(int most) {
    this.most = most;
  }

  /**
   * What an event means for a list, without the requests, outputs and texts that it carries: a list
   * that is begun anew holds one for each event in the store.
   *
   * @param begun what the workflow began with; null: it began before
   * @param status that the event itself tells of
   */
  private record Note(@Nullable Begun begun, Turn turn, WorkflowStatus status, long at) {}

  private record Begun(String pattern, String tenant, long createdAt) {

    private static Begun of(Definition definition) {
      return new Begun(definition.pattern(), definition.tenant(), definition.createdAt());
    }
  }

  /** What a status hides, and what ends that. */
  private enum Turn {
    NONE,
    ASKED,
    ANSWERED,
    PAUSED,
    RESUMED
  }

  @Override
  public Object brief(Object stored) {
    WorkflowEvent event = (WorkflowEvent) stored;
    return new Note(begun(event), turn(event), WorkflowStatus.after(event), event.at());
  }

  private static @Nullable Begun begun(WorkflowEvent event) {
    if (event instanceof WorkflowEvent.WorkflowCreated created) {
      return Begun.of(created.definition());
    }
    return event instanceof WorkflowEvent.WorkflowForked forked
        ? Begun.of(forked.definition())
        : null;
  }

  private static Turn turn(WorkflowEvent event) {
    if (event instanceof WorkflowEvent.InputRequested) {
      return Turn.ASKED;
    }
    if (event instanceof WorkflowEvent.InputReceived) {
      return Turn.ANSWERED;
    }
    if (event instanceof WorkflowEvent.Paused) {
      return Turn.PAUSED;
    }
    return event instanceof WorkflowEvent.Resumed ? Turn.RESUMED : Turn.NONE;
  }

  @Override
  public void add(String id, long sequenceNr, Object brief) {
    Note note = (Note) brief;
    WorkflowSummary before = byId.get(id);
    Begun begun = note.begun();
    if (begun != null && before == null) {
      put(
          WorkflowSummary.begun(
              id, begun.pattern(), begun.tenant(), begun.createdAt(), sequenceNr));
    } else if (before != null && sequenceNr > before.sequenceNr()) {
      put(before.after(status(id, note), note.at(), sequenceNr));
    }
  }

  private WorkflowStatus status(String id, Note note) {
    switch (note.turn()) {
      case ASKED -> asked.add(id);
      case ANSWERED -> asked.remove(id);
      case PAUSED -> paused.add(id);
      case RESUMED -> paused.remove(id);
      case NONE -> {}
    }
    WorkflowStatus ended = note.status();
    if (ended.isOver()) {
      asked.remove(id);
      paused.remove(id);
      return ended;
    }
    if (paused.contains(id)) {
      return WorkflowStatus.PAUSED;
    }
    return asked.contains(id) ? WorkflowStatus.WAITING_INPUT : WorkflowStatus.RUNNING;
  }

  private void put(WorkflowSummary summary) {
    WorkflowSummary before = byId.remove(summary.id());
    if (before != null) {
      sorted.remove(before);
    }
    byId.put(summary.id(), summary);
    sorted.add(summary);
    if (sorted.size() > most) {
      remove(sorted.last().id());
    }
  }

  void remove(String id) {
    WorkflowSummary before = byId.remove(id);
    if (before != null) {
      sorted.remove(before);
    }
    asked.remove(id);
    paused.remove(id);
  }

  @Override
  public void removeAll(Collection<String> ids) {
    ids.forEach(this::remove);
  }

  /** A page of those that match. */
  public WorkflowPage page(WorkflowFilter filter, int offset, int limit) {
    List<WorkflowSummary> matching = sorted.stream().filter(filter::matches).toList();
    return new WorkflowPage(matching.stream().skip(offset).limit(limit).toList(), matching.size());
  }
}
