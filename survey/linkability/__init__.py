"""The linkability game: can somebody who seizes everything tell whose answer is whose?

Simulated people answer in a known order through the running server. An attacker then gets the database with
its log and its pages, a backup, all logs and all exports, and plays every known trick to join a person to an
answer. The game is lost when the attacker does better than blind guessing.
"""

from survey.linkability.attacks import attack_postgresql, attack_sqlite
from survey.linkability.game import NotEmptyError, Report, play_game
from survey.linkability.scores import Order, Score, Truth, judge_orders

__all__ = [
    "NotEmptyError",
    "Order",
    "Report",
    "Score",
    "Truth",
    "attack_postgresql",
    "attack_sqlite",
    "judge_orders",
    "play_game",
]
