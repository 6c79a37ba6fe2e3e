package io.llmcluster.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A class archive (JEP 350) of the program for the JDK of the tests: a member starts with less than
 * half of the work. It is made by one member that is started for it and told to stop.
 */
final class ClassArchive {

  /** A file lock belongs to the whole JVM, so threads need a lock of their own. */
  private static final ReentrantLock IN_THIS_JVM = new ReentrantLock();

  private final Path folder;
  private final Path jars;

  /**
   * @param folder where the archive is kept, shared by all JVMs of a test run
   * @param jars the program; an archive is only for the jars that it was made of
   */
  ClassArchive(Path folder, Path jars) {
    this.folder = folder;
    this.jars = jars;
  }

  /**
   * What has to be among the JVM's flags.
   *
   * @param makeWith runs the program once with the flags that it is given
   */
  List<String> flags(Consumer<List<String>> makeWith) throws IOException {
    Path archive =
        folder.resolve("classes-" + Runtime.version().feature() + "-" + built() + ".jsa");
    IN_THIS_JVM.lock();
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("classes.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      if (!Files.exists(archive)) {
        deleteOlder();
        Path made = folder.resolve("classes.made");
        makeWith.accept(List.of("-XX:ArchiveClassesAtExit=" + made));
        Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      IN_THIS_JVM.unlock();
    }
    // Silent where it does not fit: then the program starts without.
    return List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
  }

  private void deleteOlder() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path one : all.filter(file -> file.toString().endsWith(".jsa")).toList()) {
        Files.delete(one);
      }
    }
  }

  private long built() throws IOException {
    try (Stream<Path> all = Files.list(jars)) {
      return all.mapToLong(jar -> jar.toFile().lastModified()).max().orElse(0);
    }
  }
}
