package io.llmcluster.patterns.history;

import io.llmcluster.patterns.workflow.Definition;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The workflows that lists show, newest first; of too many, the oldest are dropped. */
public final class WorkflowLists implements ListActor.Listing {

  private final Newest<WorkflowSummary> listed;

  /**
   * The open question of each, which a status hides: a paused workflow may wait for somebody too.
   */
  private final Map<String, String> asked = new HashMap<>();

  private final Set<String> paused = new HashSet<>();

  /**
   * @param most workflows that lists show
   */
  public WorkflowLists(int most) {
    this.listed = new Newest<>(most, WorkflowSummary::id, WorkflowSummary::createdAt);
  }

  /**
   * What an event means for a list, without the requests, outputs and texts that it carries: a list
   * that is begun anew holds one for each event in the store.
   *
   * @param begun what the workflow began with; null: it began before
   * @param questions that the turn is about
   * @param status that the event itself tells of
   */
  private record Note(
      @Nullable Begun begun, Turn turn, List<String> questions, WorkflowStatus status, long at) {}

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

    /** What the questions were about is made anew. */
    MOOT,
    PAUSED,
    RESUMED
  }

  @Override
  public Object brief(Object stored) {
    WorkflowEvent event = (WorkflowEvent) stored;
    return new Note(
        begun(event), turn(event), questions(event), WorkflowStatus.after(event), event.at());
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
    if (event instanceof WorkflowEvent.StepsReset) {
      return Turn.MOOT;
    }
    if (event instanceof WorkflowEvent.Paused) {
      return Turn.PAUSED;
    }
    return event instanceof WorkflowEvent.Resumed ? Turn.RESUMED : Turn.NONE;
  }

  private static List<String> questions(WorkflowEvent event) {
    if (event instanceof WorkflowEvent.InputRequested requested) {
      return List.of(requested.input().id());
    }
    return event instanceof WorkflowEvent.StepsReset reset ? reset.inputs() : List.of();
  }

  @Override
  public void add(String id, long sequenceNr, Object brief) {
    Note note = (Note) brief;
    WorkflowSummary before = listed.get(id);
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
      case ASKED -> asked.put(id, note.questions().get(0));
      case ANSWERED -> asked.remove(id);
      case MOOT -> asked.computeIfPresent(id, (any, q) -> note.questions().contains(q) ? null : q);
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
    return asked.containsKey(id) ? WorkflowStatus.WAITING_INPUT : WorkflowStatus.RUNNING;
  }

  private void put(WorkflowSummary summary) {
    String dropped = listed.put(summary);
    if (dropped != null) {
      remove(dropped);
    }
  }

  void remove(String id) {
    listed.remove(id);
    asked.remove(id);
    paused.remove(id);
  }

  @Override
  public void removeAll(Collection<String> ids) {
    ids.forEach(this::remove);
  }

  /** A page of those that match. */
  public WorkflowPage page(WorkflowFilter filter, int offset, int limit) {
    List<WorkflowSummary> matching = listed.stream().filter(filter::matches).toList();
    return new WorkflowPage(matching.stream().skip(offset).limit(limit).toList(), matching.size());
  }
}
