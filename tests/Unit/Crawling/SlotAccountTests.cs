using CsCheck;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class SlotAccountTests
{
    [Fact]
    public void A_late_grant_changes_nothing()
    {
        var account = new SlotAccount();
        account.Apply(5, 4, version: 2);

        account.Apply(3, null, version: 1);

        Assert.Equal((5, 4), (account.Spare, account.Share));
    }

    [Fact]
    public void Spare_slots_are_kept_while_nobody_waits()
    {
        var account = Holding(4, share: null);

        account.GiveBackSurplus(ready: 0, quiet: false);

        Assert.Equal(4, account.Spare);
    }

    [Fact]
    public void Idle_slots_go_back_when_others_wait()
    {
        var account = Holding(4, share: 8);

        account.GiveBackSurplus(ready: 1, quiet: false);

        Assert.Equal((1, 3L), (account.Spare, account.Returned));
    }

    [Fact]
    public void Slots_beyond_the_share_go_back_as_they_become_free()
    {
        var account = Holding(4, share: 1);
        account.Use();
        account.Use();
        account.Use();

        account.GiveBackSurplus(ready: 10, quiet: false);
        Assert.Equal((3, 0), (account.Held, account.Spare));

        account.Done(giveBack: false);
        account.GiveBackSurplus(ready: 10, quiet: false);
        Assert.Equal(2, account.Held);
    }

    [Fact]
    public void Who_takes_turns_keeps_its_slot_until_it_was_used_and_then_gives_it_back()
    {
        var account = Holding(1, share: 0);

        account.GiveBackSurplus(ready: 1, quiet: false);
        Assert.Equal(1, account.Spare);

        account.Use();
        account.Done(giveBack: false);
        Assert.Equal((0, 1L), (account.Held, account.Returned));
    }

    [Fact]
    public void A_slot_that_is_not_held_cannot_be_used() => Assert.Throws<InvalidOperationException>(() => new SlotAccount().Use());

    [Fact]
    public void Pool_and_accounts_agree_however_messages_are_lost_and_repeated() =>
        Gen.Select(Gen.Int[1, 8], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 8], Gen.Int[0, 5]).Array[1, 80]).Sample((capacity, steps) =>
        {
            var pool = new SlotPool(capacity);
            SlotAccount[] accounts = [new(), new(), new()];
            long version = 0;
            foreach (var (user, ready, what) in steps)
            {
                var account = accounts[user];
                if (what == 0 && account.Spare > 0) account.Use();
                else if (what == 1 && account.InUse > 0) account.Done(giveBack: false);
                account.GiveBackSurplus(ready, quiet: what == 2);
                if (what == 3) continue;
                pool.Update($"{user}", account.Returned, account.InUse + ready);
                if (account.Held == 0 && account.InUse + ready == 0) pool.Remove($"{user}");
                if (what == 4) continue;
                account.Apply(pool.GrantedTo($"{user}"), pool.Share, ++version);

                Assert.All(accounts, static a => Assert.InRange(a.Spare, 0, int.MaxValue));
                Assert.InRange(accounts.Sum(static a => a.InUse), 0, capacity);
            }
        });

    private static SlotAccount Holding(int slots, int? share)
    {
        var account = new SlotAccount();
        account.Apply(slots, share, version: 1);
        return account;
    }
}
