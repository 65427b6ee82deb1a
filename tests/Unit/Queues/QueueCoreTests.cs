using CsCheck;
using OrleansAsync.Coordination;
using OrleansAsync.Queues;
using Request = OrleansAsync.Coordination.Request;

namespace OrleansAsync.Tests.Unit.Queues;

/// <summary>The rules of the queues.</summary>
public sealed class QueueCoreTests
{
    // More puts and gets than the rest; a queue that was shut down says little, so that comes seldom.
    private static readonly Gen<(char What, int Number, int Which)[]> Steps =
        Gen.Select(Gen.Int[0, 63].Select(i => "ppppppppPPPPggggggggggGGGGwwwwwwwwwwdddddddddkkkDjj pppgggdww!?  "[i]), Gen.Int[1, 4], Gen.Int[0, 1000]).Array[0, 60];

    [Fact]
    [CPython("test_queues.py::QueueBasicTests.test_maxsize")]
    [CPython("test_queues.py::QueuePutTests.test_why_are_putters_waiting")]
    [CPython("test_queues.py::QueueGetTests.test_why_are_getters_waiting")]
    public void Any_requests_are_answered_as_the_model_says() => Gen.Select(Gen.Enum<QueueOrder>(), Gen.Int[0, 5], Steps).Sample(
        (order, maxSize, steps) =>
        {
            var model = new QueueModel(order, maxSize);
            var core = new QueueCore(order, maxSize, item => QueueModel.PriorityOf(Number(item)), isDurable: true);
            var (requests, noted, nextItem) = (new List<Request>(), new SortedDictionary<int, string>(), 0);
            foreach (var (what, number, which) in steps)
            {
                var id = requests.Count;
                var target = which % (id + 1) is var at && at < id ? at : (int?)null;
                switch (what)
                {
                    case 'p' or 'P':
                        List<int> items = [.. Enumerable.Range(nextItem, number)];
                        nextItem += number;
                        Apply(what == 'p' ? QueueVerb.Put : QueueVerb.TryPut, items: [.. items.Select(BitConverter.GetBytes)]);
                        model.Put(id, items, wait: what == 'p');
                        break;
                    case 'g' or 'G':
                        Apply(what == 'g' ? QueueVerb.Get : QueueVerb.TryGet, number);
                        model.Get(id, number, wait: what == 'g');
                        break;
                    case 'w' when target is { } withdrawn:
                        core.Withdraw(requests[withdrawn]);
                        model.Withdraw(withdrawn);
                        break;
                    case 'd' when model.Takers.ElementAtOrDefault(which % 3) is var taker && model.Takers.Contains(taker):
                        Apply(QueueVerb.Done, number, requests[taker]);
                        model.Done(id, taker, number);
                        break;
                    case 'd' when target is { } any:
                        Apply(QueueVerb.Done, number, requests[any]);
                        model.Done(id, any, number);
                        break;
                    case 'k' when target is { } kept:
                        Apply(QueueVerb.Keep, target: requests[kept]);
                        model.Keep(id, kept);
                        break;
                    case 'D':
                        Apply(QueueVerb.DoneKept, number);
                        model.DoneKept(id, number);
                        break;
                    case 'j':
                        Apply(QueueVerb.Join);
                        model.Join(id);
                        break;
                    case '!' or '?':
                        Apply(QueueVerb.ShutDown, what == '!' ? 1 : 0);
                        model.ShutDown(id, isImmediate: what == '!');
                        break;
                }
                Compare();
            }

            void Apply(QueueVerb verb, long argument = 0, Request? target = null, IReadOnlyList<object>? items = null)
            {
                var request = new Request((int)verb, argument, items) { Target = target };
                requests.Add(request);
                core.Apply(request);
            }

            void Compare()
            {
                var answers = requests.Index().Where(entry => entry.Item.IsAnswered).Select(entry => $"{entry.Index}: {Text(entry.Item.Answer)}");
                Assert.Equal(model.Answers.Select(entry => $"{entry.Key}: {entry.Value}"), answers);
                var figures = core.Figures.ToDictionary();
                Assert.Equal(model.Figures,
                    $"{figures["depth"]} in, {figures["taken"]} out, {figures["unfinished"]} unfinished, {figures["putters"]} put, {figures["getters"]} get, {figures["joiners"]} join");
                // What a store would have been told.
                foreach (var item in core.TakeChanges()) noted[Number(item.Value)] = item.IsGone ? "gone" : "here";
                Assert.Equal(model.Fates, noted);
                Assert.Equal(model.Takers.Order(), requests.Index().Where(entry => entry.Item.IsHeld).Select(entry => entry.Index));
            }
        }, iter: 500);

    [Fact]
    public void Large_items_are_taken_singly()
    {
        var core = new QueueCore(QueueOrder.Fifo, 0);
        core.Apply(new Request((int)QueueVerb.Put, 0, [new byte[600_000], new byte[600_000], new byte[2_000_000], new byte[10], new byte[10]]));
        Assert.Equal([1, 1, 1, 2], Enumerable.Range(0, 4).Select(_ => Take(core)));
    }

    [Fact]
    public void Whoever_had_a_queue_open_whose_silo_was_lost_learns_it()
    {
        var core = new QueueCore(QueueOrder.Fifo, 0);
        Request[] restored = [.. ((ReadOnlySpan<QueueVerb>)[QueueVerb.Put, QueueVerb.Get, QueueVerb.Join, QueueVerb.Done]).ToArray().Select(verb => new Request((int)verb) { IsRestored = true })];
        foreach (var request in restored) core.Apply(request);
        Assert.All(restored, request => Assert.Equal(AnswerKind.Lost, request.Answer.Kind));
        Assert.False(core.IsExclusive);
    }

    [Fact]
    public void After_a_loss_takers_keep_what_they_tell_of_and_the_rest_is_taken_again_in_its_order() => Gen.Select(Gen.Enum<QueueOrder>(), Gen.Int[1, 8], Gen.Int[0, 255], Gen.Bool).Sample(
        (order, count, told, isLast) =>
        {
            var core = NewDurable(order);
            core.Apply(new Request((int)QueueVerb.Put, 0, [.. Enumerable.Range(0, count).Select(BitConverter.GetBytes)]));
            var stored = core.TakeChanges();
            var takers = Enumerable.Range(0, count).Select(_ => new Request((int)QueueVerb.Get, 1)).ToArray();
            foreach (var taker in takers) core.Apply(taker);
            // One is done, which the store knows and its taker was not told.
            core.Apply(new Request((int)QueueVerb.Done, 1) { Target = takers[0] });
            var done = Assert.Single(core.TakeChanges());

            var next = NewDurable(order);
            foreach (var item in stored.Where(item => item != done)) next.Load(item.Number, (byte[])item.Value);
            Assert.True(next.IsExclusive);
            var restored = takers.Where((_, i) => (told >> i & 1) == 1).Select(taker => (Taker: taker, Again: new Request((int)QueueVerb.Get, 1) { IsRestored = true })).ToArray();
            foreach (var (taker, again) in restored) next.Restore(again, taker.Answer);
            Assert.All(restored, each => Assert.Equal(each.Taker != takers[0], each.Again.IsHeld));
            // Now the time is over for those who have not told.
            List<int> taken = [];
            while (Take() is { } item) taken.Add(item);
            Assert.Equal(takers.Where((taker, i) => i > 0 && (told >> i & 1) == 0).Select(taker => Number(taker.Answer.Items![0])), taken);
            // And those who have give back what they took, as ever.
            foreach (var (_, again) in restored) next.Withdraw(again);
            taken.Clear();
            while (Take() is { } item) taken.Add(item);
            Assert.Equal(restored.Where(each => each.Taker != takers[0]).Select(each => Number(each.Taker.Answer.Items![0])), taken);

            int? Take()
            {
                var request = new Request((int)QueueVerb.TryGet, 1);
                next.Apply(request);
                return request.Answer.Items is [var item] ? Number(item) : null;
            }
        }, iter: 500);

    [Fact]
    public void What_a_durable_queue_was_told_survives_it()
    {
        var core = NewDurable(QueueOrder.Fifo);
        var taker = new Request((int)QueueVerb.Get, 2);
        core.Apply(new Request((int)QueueVerb.Put, 0, [new byte[1], new byte[1], new byte[1]]));
        core.Apply(taker);
        core.Apply(new Request((int)QueueVerb.Keep) { Target = taker });
        core.Apply(new Request((int)QueueVerb.ShutDown));
        Assert.True(core.IsChanged);
        var next = NewDurable(QueueOrder.Fifo);
        next.LoadState(core.SaveState()!);
        Assert.False(core.IsChanged);
        foreach (var (request, expected) in ((Request, AnswerKind)[])
            [
                (new((int)QueueVerb.Put, 0, [new byte[1]]), AnswerKind.ShutDown),
                (new((int)QueueVerb.DoneKept, 3), AnswerKind.Misuse),
                (new((int)QueueVerb.DoneKept, 2), AnswerKind.Ok),
            ])
        {
            next.Apply(request);
            Assert.Equal(expected, request.Answer.Kind);
        }
    }

    [Fact]
    public void Who_reports_what_another_took_waits_until_it_is_heard_that_it_is_kept()
    {
        var core = new QueueCore(QueueOrder.Fifo, 0);
        Request taker = new((int)QueueVerb.Get, 2), early = new((int)QueueVerb.DoneKept, 2), wrong = new((int)QueueVerb.DoneKept, 3);
        core.Apply(new Request((int)QueueVerb.Put, 0, [new byte[1], new byte[1]]));
        core.Apply(taker);
        core.Apply(wrong);
        Assert.Equal(AnswerKind.Misuse, wrong.Answer.Kind);
        core.Apply(early);
        Assert.False(early.IsAnswered);
        core.Apply(new Request((int)QueueVerb.Keep) { Target = taker });
        Assert.Equal(AnswerKind.Ok, early.Answer.Kind);
    }

    private static QueueCore NewDurable(QueueOrder order) => new(order, 0, item => QueueModel.PriorityOf(Number(item)), isDurable: true);

    private static int Take(QueueCore core)
    {
        var request = new Request((int)QueueVerb.Get, 10);
        core.Apply(request);
        return request.Answer.Items!.Count;
    }

    private static string Text(Answer answer) =>
        answer.Items is { } items ? $"{answer.Kind} {string.Join(' ', items.Select(Number))}" : answer.Value > 0 ? $"{answer.Kind}, {answer.Value} in" : $"{answer.Kind}";

    // What goes out has the queue's number in front.
    private static int Number(object item) => BitConverter.ToInt32(((byte[])item).AsSpan()[^sizeof(int)..]);
}
