package io.llmcluster.core.directory;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * What this member knows of all nodes. Reading takes no lock and asks nobody; {@link
 * DirectoryActor} alone writes.
 *
 * <p>A node's load may be a few hundredths of a second old, everything else about a second.
 */
public final class Directory {

  /** Loads that are kept of lives that are in no view (any more). */
  private static final int STRANGERS = 1_000;

  private volatile DirectoryView view = DirectoryView.EMPTY;
  private volatile boolean complete;
  private final Map<NodeLife, NodeLoad> loads = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public DirectoryView view() {
    return view;
  }

  /**
   * Whether this member is in the cluster and has heard once from every member that stands for
   * nodes. Before that a model that others have looks like one that nobody has. Once true it stays
   * so.
   */
  public boolean isComplete() {
    return complete;
  }

  /** The node's load as last heard; {@link NodeLoad#IDLE} if nothing was heard yet. */
  public NodeLoad load(NodeEntry node) {
    return loads.getOrDefault(node.life(), NodeLoad.IDLE);
  }

  /**
   * Calls back, on the directory's own thread, whenever nodes or their health change (not for
   * loads). What it shows already is not told.
   */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  void show(DirectoryView next, boolean heardOfAll) {
    DirectoryView before = view;
    view = next;
    complete |= heardOfAll;
    Set<NodeLife> lives = lives(next);
    // Those of lives that are not known yet stay: a load may arrive before its node.
    lives(before).stream().filter(life -> !lives.contains(life)).forEach(loads::remove);
    if (loads.size() > 2 * lives.size() + STRANGERS) { // or that never become known
      loads.keySet().retainAll(lives);
    }
    listeners.forEach(Runnable::run);
  }

  private static Set<NodeLife> lives(DirectoryView view) {
    return view.nodes().stream().map(NodeEntry::life).collect(Collectors.toSet());
  }

  void loadChanged(NodeLife life, NodeLoad load) {
    loads.merge(life, load, (old, now) -> now.sequence() >= old.sequence() ? now : old);
  }
}
