package io.llmcluster.core.directory;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What this member knows of all nodes. Reading takes no lock and asks nobody; {@link
 * DirectoryActor} alone writes.
 *
 * <p>A node's load may be a few hundredths of a second old, everything else about a second.
 */
public final class Directory {

  private volatile DirectoryView view = DirectoryView.EMPTY;
  private volatile boolean complete;
  private final Map<String, NodeLoad> loads = new ConcurrentHashMap<>();
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
  public NodeLoad load(String node) {
    return loads.getOrDefault(node, NodeLoad.IDLE);
  }

  /**
   * Calls back, on the directory's own thread, whenever nodes or their health change (not for
   * loads).
   */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  void show(DirectoryView next, boolean heardOfAll) {
    DirectoryView before = view;
    view = next;
    complete |= heardOfAll;
    // Those of nodes that are not known yet stay: a load may arrive before its node.
    before.nodes().stream()
        .map(NodeEntry::name)
        .filter(name -> next.node(name).isEmpty())
        .forEach(loads::remove);
    listeners.forEach(Runnable::run);
  }

  void loadChanged(String node, NodeLoad load) {
    loads.merge(node, load, (old, now) -> now.sequence() >= old.sequence() ? now : old);
  }
}
