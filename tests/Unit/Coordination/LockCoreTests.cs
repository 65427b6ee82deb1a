using CsCheck;
using OrleansAsync.Coordination;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>A lock with two conditions against lists.</summary>
public sealed class LockCoreTests
{
    private static readonly Gen<(char What, int Whom)[]> Events = Gen.Select(Gen.Int[0, 17].Select(i => "aaaatpppppnnnccwwrl"[i]), Gen.Int[0, 1000]).Array[0, 60];

    [Fact]
    public void It_has_one_holder_keeps_the_order_and_loses_no_notification() => Events.Sample(
        events =>
        {
            var model = new CoreModel(() => new LockCore());
            var (lastFence, holder) = (0L, (Asked?)null);
            List<Asked> line = [];
            var waits = new Dictionary<Asked, Wait>();
            List<Asked>[] conditions = [[], []];
            foreach (var (what, whom) in events)
            {
                switch (what)
                {
                    case 'a':
                        line.Add(model.Ask(LockVerb.Acquire));
                        break;
                    case 't':
                        var tried = model.Ask(LockVerb.TryAcquire);
                        Assert.Equal(holder is null ? AnswerKind.Ok : AnswerKind.WouldWait, tried.Answer.Kind);
                        if (holder is null) line.Add(tried);
                        break;
                    case 'p' when holder is not null:
                        // The holder waits for one of the conditions.
                        waits.Remove(holder);
                        var wait = model.Ask(LockVerb.Wait, target: holder, part: $"{whom % 2}");
                        Assert.False(holder.IsHeld);
                        model.All.Remove(holder);
                        conditions[whom % 2].Add(wait);
                        waits[wait] = new Wait(whom % 2);
                        holder = null;
                        break;
                    case 'p':
                        Assert.Equal(AnswerKind.Misuse, model.Ask(LockVerb.Wait, part: "0").Answer.Kind);
                        break;
                    case 'n':
                        Assert.Equal(holder is null ? AnswerKind.Misuse : AnswerKind.Ok, model.Ask(LockVerb.Notify, whom % 3, holder, $"{whom % 2}").Answer.Kind);
                        if (holder is not null) Notify(whom % 2, whom % 3);
                        break;
                    case 'c' when waits.Count > 0:
                        var canceled = waits.Keys.ElementAt(whom % waits.Count);
                        model.Ask(LockVerb.CancelWait, target: canceled);
                        Cancel(canceled);
                        break;
                    case 'w' when model.All.Count > 0:
                        Withdraw(model.All[whom % model.All.Count]);
                        break;
                    case 'r' when holder is not null:
                        Withdraw(holder);
                        break;
                    case 'l':
                        Lose(whom);
                        break;
                }
                HandOver();
                Check();
            }

            void Notify(int condition, int count)
            {
                for (; count > 0 && conditions[condition].Count > 0; count--)
                {
                    var first = conditions[condition][0];
                    conditions[condition].RemoveAt(0);
                    waits[first].IsNotified = true;
                    line.Add(first);
                }
            }

            void Cancel(Asked request)
            {
                var wait = waits[request];
                if (wait.IsCanceled) return;
                wait.IsCanceled = true;
                if (wait.IsNotified) Notify(wait.Condition, 1);
                else
                {
                    conditions[wait.Condition].Remove(request);
                    line.Add(request);
                }
            }

            void Withdraw(Asked request)
            {
                model.Withdraw(request);
                if (request == holder) holder = null;
                else if (line.Remove(request) && waits.TryGetValue(request, out var wait) && !wait.IsCanceled) Notify(wait.Condition, 1);
                foreach (var condition in conditions) condition.Remove(request);
                waits.Remove(request);
            }

            void Lose(int seed)
            {
                var before = (Holder: holder?.Arrival, Answer: holder?.Answer, Waiting: model.Waiting.Select(request => request.Arrival).ToHashSet());
                model.Lose(request => (request.Arrival + seed) % 4 != 0 && (request.IsHeld || !request.IsAnswered), _ => false);
                holder = model.All.SingleOrDefault(request => request.Arrival == before.Holder);
                // Who waited for a condition waits for the lock now, like all others in the order of asking.
                line = [.. model.All.Where(request => before.Waiting.Contains(request.Arrival)).OrderBy(request => request.Arrival)];
                foreach (var condition in conditions) condition.Clear();
                waits = model.All.Where(request => request.Verb == (int)LockVerb.Wait)
                    .ToDictionary(request => request, request => new Wait(request.Part == "0" ? 0 : 1) { IsNotified = true, IsCanceled = request == holder && before.Answer!.Value.Kind == AnswerKind.Canceled });
                if (holder is not null) Assert.Equal((before.Answer!.Value, true), (holder.Answer, holder.IsHeld));
                lastFence += 1000;
                model.TakeGrants().Where(request => request.IsHeld && request != holder).ToList().ForEach(CheckFence);
            }

            void HandOver()
            {
                if (holder is not null || line.Count == 0) return;
                holder = line[0];
                line.RemoveAt(0);
                Assert.Equal(waits.TryGetValue(holder, out var wait) && wait.IsCanceled ? AnswerKind.Canceled : AnswerKind.Ok, holder.Answer.Kind);
            }

            void Check()
            {
                model.TakeGrants().Where(request => request.IsHeld).ToList().ForEach(CheckFence);
                model.All.RemoveAll(request => request.IsAnswered && !request.IsHeld);
                Assert.Equal(holder is null ? [] : [holder], model.Held);
                Assert.Equal([.. line, .. conditions[0], .. conditions[1]], model.Waiting.ToHashSet());
                Assert.Equal((line.Count, conditions.Sum(condition => condition.Count)), (model.Figure("waiting"), model.Figure("waiting_for_condition")));
            }

            void CheckFence(Asked request)
            {
                Assert.True(request.Answer.Fence > lastFence);
                lastFence = request.Answer.Fence;
            }
        },
        iter: 3_000);

    private sealed class Wait(int condition)
    {
        public int Condition => condition;

        public bool IsNotified { get; set; }

        public bool IsCanceled { get; set; }
    }
}
