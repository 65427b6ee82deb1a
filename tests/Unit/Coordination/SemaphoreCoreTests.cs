using CsCheck;
using OrleansAsync.Coordination;
using Request = OrleansAsync.Coordination.Request;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>A semaphore against lists: whoever is first in line gets a permit, and there are never more than there are.</summary>
public sealed class SemaphoreCoreTests
{
    // What happens, and to whom.
    private static readonly Gen<(char What, int Whom)[]> Events = Gen.Select(Gen.Int[0, 11].Select(i => "aaaatrwwwwxl"[i]), Gen.Int[0, 1000]).Array[0, 40];

    [Fact]
    public void Nobody_is_passed_no_permit_is_lost_and_none_is_given_twice() => Gen.Select(Gen.Int[0, 3], Gen.Bool, Events).Sample(
        (permits, isBounded, events) =>
        {
            var model = new CoreModel(() => new SemaphoreCore(permits, isBounded));
            var (total, lastFence) = (permits, 0L);
            List<Asked> line = [];
            List<Asked> held = [];
            foreach (var (what, whom) in events)
            {
                switch (what)
                {
                    case 'a':
                        line.Add(model.Ask(SemaphoreVerb.Acquire));
                        break;
                    case 't':
                        var tried = model.Ask(SemaphoreVerb.TryAcquire);
                        Assert.Equal(held.Count < total ? AnswerKind.Ok : AnswerKind.WouldWait, tried.Answer.Kind);
                        if (tried.IsHeld) held.Add(tried);
                        break;
                    case 'r':
                        Assert.Equal(isBounded ? AnswerKind.Misuse : AnswerKind.Ok, model.Ask(SemaphoreVerb.Release).Answer.Kind);
                        if (!isBounded) total++;
                        break;
                    case 'w' when model.All.Count > 0:
                        Withdraw(model.All[whom % model.All.Count]);
                        break;
                    case 'x' when held.Count > 0:
                        // Released twice: the second time does nothing.
                        var twice = held[whom % held.Count];
                        Withdraw(twice);
                        HandOver();
                        model.Withdraw(twice);
                        break;
                    case 'l':
                        Lose(whom);
                        break;
                }
                HandOver();
                Check();
            }

            void Withdraw(Asked request)
            {
                line.Remove(request);
                held.Remove(request);
                model.Withdraw(request);
            }

            // The survivors come back as new requests of the same arrival.
            void Lose(int seed)
            {
                bool Survives(Asked request) => (request.Arrival + seed) % 4 != 0;
                var (slots, waiting) = (held.Where(Survives).ToDictionary(request => request.Arrival, request => request.Answer), line.Where(Survives).Select(request => request.Arrival).ToList());
                model.Lose(request => Survives(request) && (request.IsHeld || !request.IsAnswered), _ => false);
                held = [.. model.All.Where(request => slots.ContainsKey(request.Arrival))];
                line = [.. model.All.Where(request => waiting.Contains(request.Arrival))];
                Assert.All(held, request => Assert.Equal((slots[request.Arrival], true), (request.Answer, request.IsHeld)));
                lastFence += 1000;
                model.TakeGrants().Where(request => request.IsHeld && !held.Contains(request)).ToList().ForEach(CheckFence);
            }

            void HandOver()
            {
                while (held.Count < total && line.Count > 0)
                {
                    held.Add(line[0]);
                    line.RemoveAt(0);
                }
            }

            void Check()
            {
                model.TakeGrants().Where(request => request.IsHeld).ToList().ForEach(CheckFence);
                Assert.Equal(line, model.Waiting);
                Assert.Equal(held.OrderBy(request => request.Arrival), model.Held.OrderBy(request => request.Arrival));
                Assert.Equal(held.Count, held.Select(request => request.Answer.Value).Distinct().Count());
                Assert.All(held, request => Assert.InRange(request.Answer.Value, 0, total - 1));
                Assert.Equal(total - held.Count, model.Ask(SemaphoreVerb.CountFree).Answer.Value);
                model.All.RemoveAll(request => request.IsAnswered && !request.IsHeld);
            }

            void CheckFence(Asked request)
            {
                Assert.True(request.Answer.Fence > lastFence);
                lastFence = request.Answer.Fence;
            }
        },
        iter: 3_000);

    [Fact]
    public void A_hold_that_was_granted_to_another_meanwhile_is_lost()
    {
        var core = new SemaphoreCore(2, isBounded: true);
        var (first, late, outside) = (new Request(0), new Request(0), new Request(0));
        core.Apply(first);
        core.Restore(late, first.Answer);
        core.Restore(outside, new Answer(AnswerKind.Ok, 2, 7));
        Assert.Equal((AnswerKind.Lost, AnswerKind.Lost), (late.Answer.Kind, outside.Answer.Kind));
        Assert.False(late.IsHeld || outside.IsHeld);
        core.Withdraw(late);
        Assert.Equal(1, core.Figures.Single(figure => figure.Key == "free").Value);
    }
}
