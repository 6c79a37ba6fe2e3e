package io.llmcluster.patterns.history;

import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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

  @Override
  public Object brief(Object event) {
    return event;
  }

  @Override
  public void add(String id, long sequenceNr, Object event) {
    add(id, sequenceNr, (WorkflowEvent) event);
  }

  /** Takes an event; one that was taken before changes nothing. */
  void add(String id, long sequenceNr, WorkflowEvent event) {
    WorkflowSummary before = byId.get(id);
    if (event instanceof WorkflowEvent.WorkflowCreated created && before == null) {
      put(WorkflowSummary.begun(id, created.definition(), sequenceNr));
    } else if (event instanceof WorkflowEvent.WorkflowForked forked && before == null) {
      put(WorkflowSummary.begun(id, forked.definition(), sequenceNr));
    } else if (before != null && sequenceNr > before.sequenceNr()) {
      put(before.after(event, status(id, event), sequenceNr));
    }
  }

  private WorkflowStatus status(String id, WorkflowEvent event) {
    if (event instanceof WorkflowEvent.InputRequested) {
      asked.add(id);
    } else if (event instanceof WorkflowEvent.InputReceived) {
      asked.remove(id);
    } else if (event instanceof WorkflowEvent.Paused) {
      paused.add(id);
    } else if (event instanceof WorkflowEvent.Resumed) {
      paused.remove(id);
    }
    WorkflowStatus ended = WorkflowStatus.after(event);
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
