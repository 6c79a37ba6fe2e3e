package io.llmcluster.core.directory;

import io.llmcluster.core.queue.SlotCommand;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** Directories for tests, filled by hand instead of by a cluster. */
public final class Directories {

  private Directories() {}

  /** A healthy node that has model {@code m:latest}; its member bears its name. */
  public static NodeEntry node(String name, long incarnation, ActorRef<SlotCommand> slots) {
    return node(name, incarnation, name, slots);
  }

  public static NodeEntry node(
      String name, long incarnation, String member, ActorRef<SlotCommand> slots) {
    return new NodeEntry(
        new NodeSpec(name, "127.0.0.1", 1, "", "", List.of(), BackendKind.OLLAMA, 0),
        incarnation,
        member,
        "127.0.0.1",
        1,
        slots,
        Hardware.UNKNOWN,
        NodeHealth.UP,
        "",
        "",
        List.of(new InstalledModel("m:latest", "", 0, "", ModelDetails.UNKNOWN, List.of(), "", "")),
        List.of(),
        Map.of());
  }

  /** From now on these are the nodes. */
  public static void show(Directory directory, NodeEntry... nodes) {
    directory.show(DirectoryView.of(List.of(), List.of(), List.of(nodes)), true);
  }
}
