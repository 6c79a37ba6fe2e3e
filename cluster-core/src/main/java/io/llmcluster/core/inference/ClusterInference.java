package io.llmcluster.core.inference;

import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.placement.Candidate;
import io.llmcluster.core.placement.Placement;
import io.llmcluster.core.queue.WaitingRoom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.Materializer;

/**
 * The inference port of one gateway. A request for which a node is free goes straight there; only
 * when all are full does it enter the {@link WaitingRoom}.
 */
public final class ClusterInference implements Inference {

  final Directory directory;
  final NodeClients clients;
  final ActorRef<WaitingRoom.Command> waitingRoom;
  final InferenceSettings settings;
  final Materializer materializer;

  private final Placement placement;
  private final AtomicLong lastId = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<String, AtomicInteger> waitingByModel = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> callsByNode = new ConcurrentHashMap<>();

  public ClusterInference(
      Directory directory,
      NodeClients clients,
      Placement placement,
      ActorRef<WaitingRoom.Command> waitingRoom,
      InferenceSettings settings,
      Materializer materializer) {
    this.directory = directory;
    this.clients = clients;
    this.placement = placement;
    this.waitingRoom = waitingRoom;
    this.settings = settings;
    this.materializer = materializer;
  }

  @Override
  public InferenceCall ask(InferenceRequest request, PlacementListener listener) {
    InferenceRun run =
        new InferenceRun(
            this, lastId.incrementAndGet(), request, ModelName.key(request.model()), listener);
    run.start();
    return run;
  }

  /** Requests that a node is answering for this gateway. */
  public int underWay() {
    return underWay.get();
  }

  /** Requests that wait for a slot in this gateway. */
  public int waiting() {
    return waitingByModel.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  boolean isFull() {
    return underWay.get() >= settings.concurrency();
  }

  /**
   * Nodes with a free slot, best first; none while others already wait for this model, so that
   * nobody overtakes.
   */
  List<Candidate> rank(String modelKey, List<NodeEntry> nodes, long salt) {
    AtomicInteger waiting = waitingByModel.get(modelKey);
    if (waiting != null && waiting.get() > 0) {
      return List.of();
    }
    return placement.rank(nodes.stream().map(node -> candidate(modelKey, node)).toList(), salt);
  }

  private Candidate candidate(String modelKey, NodeEntry node) {
    AtomicInteger own = callsByNode.get(node.name());
    return new Candidate(
        node.name(),
        node.hasLoaded(modelKey),
        node.health() == io.llmcluster.core.directory.NodeHealth.BUSY,
        directory.load(node),
        own == null ? 0 : own.get());
  }

  void waits(String modelKey, int change) {
    count(waitingByModel, modelKey, change);
  }

  /** Counts a call, unless the gateway has as many under way as it may; then {@code false}. */
  boolean begins(String node) {
    int limit = settings.concurrency();
    if (underWay.getAndUpdate(now -> now < limit ? now + 1 : now) >= limit) {
      return false;
    }
    count(callsByNode, node, 1);
    return true;
  }

  void ends(String node) {
    underWay.decrementAndGet();
    count(callsByNode, node, -1);
  }

  /** Counters at zero are dropped, so that names which clients make up leave nothing behind. */
  private static void count(Map<String, AtomicInteger> counters, String key, int change) {
    counters.compute(
        key,
        (k, counter) -> {
          AtomicInteger it = counter == null ? new AtomicInteger() : counter;
          return it.addAndGet(change) == 0 ? null : it;
        });
  }
}
