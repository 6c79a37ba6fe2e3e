package io.llmcluster.core.directory;

import io.llmcluster.core.model.ModelName;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;

/** Directories for tests, filled by hand instead of by a cluster. */
public final class Directories {

  static final List<InstalledModel> MODELS =
      List.of(new InstalledModel("m:latest", "", 0, "", ModelDetails.UNKNOWN, List.of(), "", ""));

  private Directories() {}

  /** A healthy node that has model {@code m:latest}; its member bears its name. */
  public static NodeEntry node(String name, long incarnation, ActorRef<SlotCommand> slots) {
    return node(name, incarnation, name, slots);
  }

  public static NodeEntry node(
      String name, long incarnation, String member, ActorRef<SlotCommand> slots) {
    return node(name, "", incarnation, member, slots);
  }

  /** A healthy node of that type. */
  public static NodeEntry node(
      String name, String type, long incarnation, String member, ActorRef<SlotCommand> slots) {
    return new NodeEntry(
        new NodeSpec(name, "127.0.0.1", 1, type, "", List.of(), BackendKind.OLLAMA, 0),
        incarnation,
        member,
        "127.0.0.1",
        1,
        slots,
        Hardware.UNKNOWN,
        NodeHealth.UP,
        "",
        "",
        MODELS,
        List.of(),
        Map.of());
  }

  /** A healthy node that has no model. */
  public static NodeEntry nodeWithout(
      String name, long incarnation, String member, ActorRef<SlotCommand> slots) {
    return without(node(name, incarnation, member, slots));
  }

  /** The same node without models. */
  public static NodeEntry without(NodeEntry node) {
    return node.withInstalled(List.of());
  }

  /** As a server describes them; what cannot be compressed is the digest. */
  static List<InstalledModel> models(int count) {
    Random random = new Random(1);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              byte[] digest = new byte[32];
              random.nextBytes(digest);
              return new InstalledModel(
                  "registry.example.com/organisation/model-" + i + ":8b-instruct-q4_K_M",
                  "2026-01-01T12:00:00." + random.nextInt(1_000_000_000) + "+01:00",
                  random.nextLong(100_000_000_000L),
                  HexFormat.of().formatHex(digest),
                  new ModelDetails(
                      "", "gguf", "llama", List.of("llama"), "8.0B", "Q4_K_M", 131_072, 4096),
                  List.of("completion", "tools"),
                  "",
                  "");
            })
        .toList();
  }

  /** From now on these are the nodes. */
  public static void show(Directory directory, NodeEntry... nodes) {
    directory.show(DirectoryView.of(List.of(), List.of(), List.of(nodes)), true);
  }

  /** From now on these are the nodes, and the cluster should have those others as well. */
  public static void showWanted(Directory directory, List<NodeEntry> wanted, NodeEntry... nodes) {
    directory.show(
        DirectoryView.of(
            wanted.stream().map(node -> new WantedNode(node.spec(), "127.0.0.1")).toList(),
            List.of(),
            List.of(nodes)),
        true);
  }

  /** From now on this is the node's load. */
  public static void load(Directory directory, NodeEntry node, NodeLoad load) {
    directory.loadChanged(node.life(), load);
  }

  /** From now on these are the nodes, and the other one is on its way to another member. */
  public static void showMoving(Directory directory, NodeEntry moving, NodeEntry... nodes) {
    Set<String> keys =
        moving.installed().stream()
            .map(model -> ModelName.key(model.name()))
            .collect(Collectors.toSet());
    directory.show(
        DirectoryView.of(
            List.of(),
            List.of(),
            List.of(nodes),
            List.of(new DirectoryView.Missed(moving.spec(), keys))),
        true);
  }
}
