package io.llmcluster.node.embedded;

import io.llmcluster.node.embedded.FileSource.Download;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks all sources at once and stays with the one whose file begins to come first. */
final class FirstAnswer {

  private static final Logger log = LoggerFactory.getLogger(FirstAnswer.class);

  private static final long CLEAN_UP_SECONDS = 5;

  private final List<FileSource> sources;
  private final Path target;
  private final CompletableFuture<Download> first = new CompletableFuture<>();
  private final Map<Integer, Throwable> failures = new TreeMap<>();

  private FirstAnswer(List<FileSource> sources, Path target) {
    this.sources = sources;
    this.target = target;
  }

  /**
   * Blocks until one answers; the others are stopped.
   *
   * @param sources at least one
   * @throws IOException or a {@link ModelFileException}: why the first source has none; why the
   *     others have none is suppressed in it
   */
  static Download of(List<FileSource> sources, Path target)
      throws IOException, InterruptedException, ModelFileException {
    return new FirstAnswer(sources, target).take();
  }

  private Download take() throws IOException, InterruptedException, ModelFileException {
    ExecutorService asking = Executors.newFixedThreadPool(sources.size(), FirstAnswer::daemon);
    try {
      for (int i = 0; i < sources.size(); i++) {
        int source = i;
        asking.execute(() -> ask(source));
      }
      Download taken = first.get();
      asking.shutdownNow();
      awaitEnd(asking);
      return taken;
    } catch (InterruptedException stop) {
      if (!first.cancel(false) && !first.isCompletedExceptionally()) {
        first.join().close();
      }
      asking.shutdownNow();
      awaitEnd(asking);
      throw stop;
    } catch (ExecutionException none) {
      throw asThrown(Objects.requireNonNull(none.getCause()));
    } finally {
      asking.shutdownNow();
    }
  }

  /** Who was interrupted once has to be again to leave this, too. */
  private static void awaitEnd(ExecutorService asking) throws InterruptedException {
    if (!asking.awaitTermination(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
      log.debug("a source of the model goes on though it was stopped");
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "model-source");
    thread.setDaemon(true);
    return thread;
  }

  private void ask(int source) {
    try {
      Download download = sources.get(source).ask(target);
      if (!first.complete(download)) {
        download.close();
      }
    } catch (Throwable failure) { // whatever it is: somebody waits for the last of them
      failed(source, failure);
    }
  }

  private synchronized void failed(int source, Throwable failure) {
    failures.put(source, failure);
    if (failures.size() == sources.size()) {
      Throwable told = failures.remove(failures.keySet().iterator().next());
      failures.values().forEach(told::addSuppressed);
      first.completeExceptionally(told);
    }
  }

  private static ModelFileException asThrown(Throwable failure) throws IOException {
    if (failure instanceof ModelFileException told) {
      return told;
    }
    throw failure instanceof IOException io ? io : new IOException(failure);
  }
}
