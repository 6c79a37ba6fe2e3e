package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionStageTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private record Job(
      String path,
      CompletableFuture<HttpResponse> answer,
      AtomicBoolean cancelled,
      AtomicBoolean ended) {}

  private final List<Job> jobs = new CopyOnWriteArrayList<>();
  private final OpenConnections connections = new OpenConnections();
  private TestPublisher.Probe<HttpRequest> client;
  private TestSubscriber.Probe<HttpResponse> answers;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void connect() {
    var system = Adapter.toClassic(KIT.system());
    var ends =
        TestSource.<HttpRequest>create(system)
            .via(new ConnectionStage(this::work, connections))
            .toMat(TestSink.create(system), Keep.both())
            .run(KIT.system());
    client = ends.first();
    answers = ends.second();
    answers.request(10);
  }

  private CompletionStage<HttpResponse> work(HttpRequest request, Cancellation cancellation) {
    Job job =
        new Job(
            request.getUri().path(),
            new CompletableFuture<>(),
            new AtomicBoolean(),
            new AtomicBoolean());
    cancellation.onCancel(() -> job.cancelled().set(true));
    cancellation.onEnd(() -> job.ended().set(true));
    jobs.add(job);
    return job.answer();
  }

  private Job job(int index) {
    await().until(() -> jobs.size() > index);
    return jobs.get(index);
  }

  @Test
  void pipelined_requests_are_worked_on_one_at_a_time_and_answered_in_order() {
    client.sendNext(HttpRequest.create("/first"));
    client.sendNext(HttpRequest.create("/second"));
    Job first = job(0);
    HttpResponse firstAnswer = HttpResponse.create().withStatus(201);
    HttpResponse secondAnswer = HttpResponse.create().withStatus(202);
    assertThat(jobs).hasSize(1);
    first.answer().complete(firstAnswer);
    assertThat(answers.expectNext()).isEqualTo(firstAnswer);
    Job second = job(1);
    assertThat(second.path()).isEqualTo("/second");
    second.answer().complete(secondAnswer);
    assertThat(answers.expectNext()).isEqualTo(secondAnswer);
    assertThat(first.cancelled()).isFalse();
    assertThat(second.cancelled()).isFalse();
  }

  @Test
  void a_client_that_leaves_before_its_answer_is_noticed() {
    client.sendNext(HttpRequest.create("/long"));
    Job job = job(0);
    assertThat(job.cancelled()).isFalse();
    client.sendComplete();
    await().untilTrue(job.cancelled());
  }

  @Test
  void a_connection_that_breaks_is_noticed() {
    client.sendNext(HttpRequest.create("/long"));
    Job job = job(0);
    client.sendError(new IllegalStateException("reset"));
    await().untilTrue(job.cancelled());
  }

  @Test
  void what_was_pipelined_behind_a_client_that_left_is_not_begun() {
    client.sendNext(HttpRequest.create("/first"));
    client.sendNext(HttpRequest.create("/second"));
    Job first = job(0);
    client.sendComplete();
    await().untilTrue(first.cancelled());
    first.answer().complete(HttpResponse.create().withStatus(503));
    answers.expectNext();
    answers.expectComplete();
    assertThat(jobs).hasSize(1);
  }

  @Test
  void a_failed_reader_of_the_answers_counts_as_gone() {
    client.sendNext(HttpRequest.create("/long"));
    Job job = job(0);
    answers.cancel();
    await().untilTrue(job.cancelled());
  }

  @Test
  void a_request_is_over_when_its_answer_is_written() {
    client.sendNext(HttpRequest.create("/whole"));
    client.sendNext(HttpRequest.create("/stream"));
    Job whole = job(0);
    assertThat(whole.ended()).isFalse();
    whole.answer().complete(HttpResponse.create());
    answers.expectNext();
    await().untilTrue(whole.ended());
    Job stream = job(1);
    SourceQueueWithComplete<ByteString> body = answerWithStream(stream);
    var reading = answers.expectNext().entity().getDataBytes().runWith(Sink.ignore(), KIT.system());
    assertThat(stream.ended()).isFalse();
    body.complete();
    await().untilTrue(stream.ended());
    reading.toCompletableFuture().join();
    assertThat(stream.cancelled()).isFalse();
  }

  @Test
  void a_pipelined_request_is_not_begun_before_the_stream_ahead_of_it_has_ended() {
    client.sendNext(HttpRequest.create("/stream"));
    SourceQueueWithComplete<ByteString> body = answerWithStream(job(0));
    var reading = answers.expectNext().entity().getDataBytes().runWith(Sink.ignore(), KIT.system());
    client.sendNext(HttpRequest.create("/behind"));
    client.sendNext(HttpRequest.create("/third"));
    body.offer(ByteString.fromString("one "));
    answers.expectNoMessage();
    assertThat(jobs).hasSize(1);
    body.complete();
    assertThat(job(1).path()).isEqualTo("/behind");
    assertThat(job(0).ended()).isTrue();
    reading.toCompletableFuture().join();
    job(1).answer().complete(HttpResponse.create());
    assertThat(job(2).path()).isEqualTo("/third");
  }

  @Test
  void a_request_is_over_when_its_client_leaves_before_its_answer() {
    client.sendNext(HttpRequest.create("/long"));
    Job job = job(0);
    client.sendError(new IllegalStateException("reset"));
    answers.cancel();
    await().untilTrue(job.ended());
  }

  @Test
  void a_request_is_over_when_its_client_leaves_amid_its_answer() {
    client.sendNext(HttpRequest.create("/stream"));
    client.sendNext(HttpRequest.create("/behind"));
    answerWithStream(job(0));
    answers.expectNext(); // its body is never read
    client.sendError(new IllegalStateException("reset"));
    answers.cancel();
    await().untilTrue(job(0).ended());
    assertThat(jobs).hasSize(1);
  }

  @Test
  void a_stopping_server_answers_what_it_began_and_then_closes() {
    client.sendNext(HttpRequest.create("/long"));
    Job job = job(0);
    CompletableFuture<Done> drained = connections.drain().toCompletableFuture();
    assertThat(drained).isNotDone();
    job.answer().complete(HttpResponse.create().withStatus(200));
    assertThat(answers.expectNext().getHeader("Connection").orElseThrow().value())
        .isEqualTo("close");
    answers.expectComplete();
    client.sendComplete();
    await().until(drained::isDone);
  }

  @Test
  void a_stopping_server_finishes_a_stream_that_it_began_before() {
    client.sendNext(HttpRequest.create("/stream"));
    SourceQueueWithComplete<ByteString> body = answerWithStream(job(0));
    var reading =
        answers
            .expectNext()
            .entity()
            .getDataBytes()
            .runWith(Sink.reduce(ByteString::concat), KIT.system())
            .toCompletableFuture();
    body.offer(ByteString.fromString("one "));
    CompletableFuture<Done> drained = connections.drain().toCompletableFuture();
    answers.expectNoMessage();
    body.offer(ByteString.fromString("two"));
    body.complete();
    assertThat(reading.join().utf8String()).isEqualTo("one two");
    answers.expectComplete();
    client.sendComplete();
    await().until(drained::isDone);
  }

  private SourceQueueWithComplete<ByteString> answerWithStream(Job job) {
    var source = Source.<ByteString>queue(4, OverflowStrategy.fail()).preMaterialize(KIT.system());
    job.answer()
        .complete(
            HttpResponse.create()
                .withEntity(
                    HttpEntities.createChunked(
                        ContentTypes.APPLICATION_OCTET_STREAM, source.second())));
    return source.first();
  }

  @Test
  void a_stopping_server_closes_an_idle_connection() {
    client.expectRequest();
    connections.drain();
    answers.expectComplete();
  }

  @Test
  void a_client_that_leaves_a_stopping_server_is_noticed_too() {
    client.sendNext(HttpRequest.create("/long"));
    Job job = job(0);
    connections.drain();
    client.sendComplete();
    await().untilTrue(job.cancelled());
  }
}
