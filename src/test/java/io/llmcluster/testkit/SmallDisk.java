package io.llmcluster.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * A real file system of a few megabytes, so that it can be full. It lies in memory, in a mount
 * namespace of its own (Linux, {@code unshare}): only members that are launched on it see it, and
 * it goes with this object. Nobody has to be root for that, but the machine has to allow it; where
 * it does not, the test is skipped and says so.
 */
public final class SmallDisk implements AutoCloseable {

  private static final String MOUNTED = "mounted";
  private static final int BLOCK = 4096;

  private final Process holder;
  private final Path folder;
  private final List<Path> ballasts = new ArrayList<>();

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.folder = folder;
  }

  /** Mounts an empty one of so many MiB. */
  public static SmallDisk mount(int mib) {
    Path folder = MemberProcess.newFolder();
    // cat ends with this process too, however that ends: its input is closed then.
    String script =
        "mount -t tmpfs -o size=" + mib + "m tmpfs \"$0\" && echo " + MOUNTED + " && exec cat";
    try {
      Process holder =
          new ProcessBuilder(
                  "unshare",
                  "--user",
                  "--map-root-user",
                  "--mount",
                  "sh",
                  "-c",
                  script,
                  folder.toString())
              .redirectErrorStream(true)
              .start();
      String said = firstLine(holder);
      Assumptions.assumeTrue(
          said.equals(MOUNTED), "NO SMALL FILE SYSTEM can be mounted here: unshare says: " + said);
      return new SmallDisk(holder, folder);
    } catch (IOException missing) {
      return Assumptions.abort("NO SMALL FILE SYSTEM can be mounted here: " + missing.getMessage());
    }
  }

  private static String firstLine(Process process) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = process.getInputStream().read();
        c >= 0 && c != '\n';
        c = process.getInputStream().read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  /** Launches the program where it sees this disk. */
  public MemberProcess launch(Map<String, String> environment, String... arguments) {
    return MemberProcess.launchBy(
        List.of(
            "nsenter",
            "--target",
            String.valueOf(holder.pid()),
            "--user",
            "--mount",
            "--wd",
            "--preserve-credentials"),
        environment,
        arguments);
  }

  /** Where it is for those that are launched on it. */
  public Path folder() {
    return folder;
  }

  public long freeBytes() {
    return seen(folder).toFile().getUsableSpace();
  }

  /** Takes all the space that there is, but for so much. */
  public void fill(int spareKib) throws IOException {
    Path ballast = seen(folder.resolve("ballast-" + ballasts.size()));
    ballasts.add(ballast);
    long left = freeBytes() - spareKib * 1024L;
    try (OutputStream out = Files.newOutputStream(ballast)) {
      for (; left >= BLOCK; left -= BLOCK) {
        out.write(new byte[BLOCK]);
      }
    }
  }

  /** Gives back all that {@link #fill} took. */
  public void free() throws IOException {
    for (Path ballast : ballasts) {
      Files.delete(ballast);
    }
    ballasts.clear();
  }

  /** A path of that namespace, from outside. */
  private Path seen(Path path) {
    return Path.of("/proc/" + holder.pid() + "/root" + path);
  }

  @Override
  public void close() {
    holder.destroyForcibly();
  }
}
